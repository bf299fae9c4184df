/** Tracks 100,000 frames with 20 boxes and prints what came out, and the peak memory of this process in bytes, as JSON. */
import { createTracker, type TrackerOutput } from '#tracking';
import { peakMemory } from '../../../test/support/peak-memory';
import { Scene } from './scene';

const scene = new Scene(22);
const tracker = createTracker();
const count = { frames: 0, detections: 0, tracks: 0 };
const add = ({ frames, tracks }: TrackerOutput) => {
  count.frames += frames.length;
  count.tracks += tracks.length;
};
for (let n = 0; n < 100_000; n++) {
  const detections = scene.next();
  count.detections += detections.length;
  add(tracker.update(n, detections));
}
add(tracker.finish());
process.stdout.write(JSON.stringify({ ...count, memory: peakMemory() }));

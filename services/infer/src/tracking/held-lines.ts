import type { FrameDetections } from '#annotation';
import type { DetectedGroup } from '../frame-groups';

/** The detections of each frame without tracking: those of the first frame of its group. */
export async function* heldLines(
  detected: AsyncIterable<DetectedGroup>,
): AsyncGenerator<FrameDetections, void, undefined> {
  for await (const { frames, detections, low } of detected) {
    for (const n of frames) yield { n, boxes: detections, low };
  }
}

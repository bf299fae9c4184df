import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface Result {
  readonly frames: number;
  readonly detections: number;
  readonly tracks: number;
  /** Bytes. */
  readonly memory: number;
}

it('100,000 frames with 20 boxes take less than 300 MB', () => {
  const output = execFileSync(process.execPath, [join(__dirname, 'memory-run.js')], { encoding: 'utf8' });
  const { frames, detections, tracks, memory } = JSON.parse(output) as Result;
  expect(frames).toBe(100_000);
  expect(detections / frames).toBeGreaterThan(19);
  expect(tracks).toBeGreaterThan(20);
  expect(memory).toBeLessThan(300e6);
});

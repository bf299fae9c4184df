import type { BoxAt } from './cvat-track';

/** Numbers per box: its frame, whether it was filled in, and its edges. */
const STRIDE = 6;

/** The boxes of a track in order of time, in 48 bytes each. */
export class TrackBoxes {
  private values: Float64Array;
  private count = 0;

  /** @param expected number of boxes */
  constructor(expected: number) {
    this.values = new Float64Array(STRIDE * Math.max(1, expected));
  }

  /** @param box edges as fractions of the frame: left, top, right, bottom */
  add(n: number, box: BoxAt['box'], filled: boolean): void {
    const at = STRIDE * this.count++;
    if (at === this.values.length) this.grow();
    this.values.set([n, filled ? 1 : 0, ...box], at);
  }

  *all(): Generator<BoxAt> {
    for (let at = 0; at < STRIDE * this.count; at += STRIDE) {
      const [n = 0, filled = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0] = this.values.subarray(at, at + STRIDE);
      yield { n, filled: filled === 1, box: [x1, y1, x2, y2] };
    }
  }

  private grow(): void {
    const larger = new Float64Array(2 * this.values.length);
    larger.set(this.values);
    this.values = larger;
  }
}

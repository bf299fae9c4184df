import type { Box } from './box';
import type { TrackedBox, TrackedFrame } from './window';

/**
 * Smooths the boxes of each track over time: means with triangular weights over up to `frames` frames on either side. Fewer
 * near the ends of a track or of a gap, always as many before as after, so that an object in steady motion keeps its boxes.
 */
export class Smoother {
  /** The latest 2 * frames + 1 frames at most, with boxes by track. */
  private recent: { readonly frame: TrackedFrame; readonly boxes: ReadonlyMap<number, Box> }[] = [];
  /** Index in `recent` of the next frame to release. */
  private next = 0;

  /** @param frames whole number from 0 */
  constructor(private readonly frames: number) {}

  /** Adds the next frame. @returns frames that are now smoothed */
  add(frame: TrackedFrame): TrackedFrame[] {
    if (this.frames === 0) return [frame];
    this.recent.push({ frame, boxes: new Map(frame.boxes.map(({ track, box }) => [track, box])) });
    return this.recent.length - this.next > this.frames ? [this.release()] : [];
  }

  /** The remaining frames. */
  finish(): TrackedFrame[] {
    const rest: TrackedFrame[] = [];
    while (this.next < this.recent.length) rest.push(this.release());
    return rest;
  }

  private release(): TrackedFrame {
    const at = this.next;
    const { n, boxes } = (this.recent[at] as (typeof this.recent)[number]).frame;
    const smoothed = { n, boxes: boxes.map((box) => ({ ...box, box: this.smooth(at, box) })) };
    if (at === this.frames) this.recent.shift();
    else this.next++;
    return smoothed;
  }

  private smooth(at: number, { track, box }: TrackedBox): Box {
    const pairs: (readonly [Box, Box])[] = [];
    for (let distance = 1; distance <= this.frames; distance++) {
      const before = this.recent[at - distance]?.boxes.get(track);
      const after = this.recent[at + distance]?.boxes.get(track);
      if (!before || !after) break;
      pairs.push([before, after]);
    }
    const own = pairs.length + 1;
    const mean = (side: 0 | 1 | 2 | 3) =>
      pairs.reduce(
        (sum, [before, after], k) => sum + (before[side] + after[side]) * (own - 1 - k),
        box[side] * own,
      ) /
      own ** 2;
    return [mean(0), mean(1), mean(2), mean(3)];
  }
}

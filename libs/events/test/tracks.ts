import type { LayoutInput } from '#contract';
import { layoutSchema, type LayoutEvent } from '#contract';
import { createEventCounter, type Counts } from '#events';

/** A frame of 1000x1000 pixels, so that a thousandth is a pixel; lines have a margin of 7.07 pixels. */
export const SIZE = { width: 1000, height: 1000 };

/** Zones have a debounce of 2 frames. */
export const FRAME_RATE = 10;

export type Anchors = Readonly<Record<number, readonly [x: number, y: number]>>;

export interface Walk {
  readonly track?: number;
  readonly label?: string;
  /** By frame: the middle of the lower side of the box. */
  readonly at: Anchors;
}

/** The places of an object at successive frames. */
export function places(points: readonly (readonly [number, number])[], first = 0): Anchors {
  return Object.fromEntries(points.map((point, n) => [first + n, point]));
}

/** Counts objects that move along paths, with boxes of 40x80 thousandths. */
export function count(layout: LayoutInput, walks: readonly Walk[], frames?: number): Counts {
  const counter = createEventCounter(layoutSchema.parse(layout), { frameRate: FRAME_RATE, size: SIZE });
  const last = Math.max(...walks.flatMap(({ at }) => Object.keys(at).map(Number)));
  for (let n = 0; n < (frames ?? last + 1); n++) {
    const boxes = walks.flatMap(({ track = 1, label = 'person', at }) => {
      const place = at[n];
      if (!place) return [];
      const [x, y] = place;
      return [{ track, label, box: [x - 0.02, y - 0.08, x + 0.02, y] as const }];
    });
    counter.update(n, boxes);
  }
  return counter.finish();
}

/** Events in short: `5 cross right`, `3 enter`, `0 enter appeared`, `9 exit 0.6`. */
export function inShort(events: readonly LayoutEvent[]): string[] {
  return events.map((event) => {
    const parts: unknown[] = [event.frame, event.type];
    if (event.type === 'cross') parts.push(event.direction);
    if (event.type === 'exit') parts.push(event.dwell);
    if (event.type === 'enter' && event.appeared) parts.push('appeared');
    if (event.type === 'exit' && event.disappeared) parts.push('disappeared');
    return parts.join(' ');
  });
}

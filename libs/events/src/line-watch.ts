import type { Direction } from '#contract';
import { SAME_PLACE, along, between, distance, sideDistance, type Point } from './geometry';

/** A line in pixels. */
export interface PixelLine {
  readonly from: Point;
  readonly to: Point;
  /** Distance in pixels that an object must get beyond the line. */
  readonly margin: number;
}

/** A place of an object at a frame. */
export interface Place {
  readonly frame: number;
  readonly point: Point;
}

export interface Crossing {
  readonly frame: number;
  readonly direction: Direction;
}

/** Rounding must not move a crossing at a frame to the frame after it. */
const ROUNDING = 1e-9;

/**
 * Watches one object at one line. Its path crosses the line often if it stays close to it; what counts is the difference
 * between two moments at which it is clear of the line.
 */
export class LineWatch {
  /** The side on which it was last clear of the line; before that, the first known side. */
  private settled: Direction | undefined;
  /** The side on which it was last, however close. */
  private side: Direction | undefined;
  /** Crossings to the left minus those to the right since it was clear of the line. */
  private net = 0;
  private readonly last: Record<Direction, number> = { left: 0, right: 0 };

  constructor(
    private readonly line: PixelLine,
    place: Place,
  ) {
    this.settled = this.side = this.sideOf(place.point);
  }

  /** Follows the object to its next place. @returns the crossing that is certain now, if any */
  move(before: Place, now: Place): Crossing | undefined {
    const { line } = this;
    const side = this.sideOf(now.point);
    if (side === undefined) return undefined; // on the line: the side it leaves it to decides
    if (this.side !== undefined && side !== this.side) this.pass(before, now, side);
    this.side = side;
    this.settled ??= side;
    if (distance(now.point, line.from, line.to) < line.margin) return undefined;
    const crossed = side !== this.settled && (side === 'left' ? this.net > 0 : this.net < 0);
    this.settled = side;
    this.net = 0;
    return crossed ? { frame: this.last[side], direction: side } : undefined;
  }

  /** Counts a change of sides if the path meets the line, not only its extension. */
  private pass(before: Place, now: Place, side: Direction): void {
    const { from, to } = this.line;
    const [start, end] = [before, now].map(({ point }) => Math.abs(sideDistance(point, from, to)));
    const share = (start ?? 0) < SAME_PLACE ? 0 : (start ?? 0) / ((start ?? 0) + (end ?? 0));
    const position = along(between(before.point, now.point, share), from, to);
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (position < -SAME_PLACE || position > length + SAME_PLACE) return;
    this.net += side === 'left' ? 1 : -1;
    this.last[side] = Math.ceil(before.frame + share * (now.frame - before.frame) - ROUNDING);
  }

  /** Undefined on the line or its extension. */
  private sideOf(point: Point): Direction | undefined {
    const distance = sideDistance(point, this.line.from, this.line.to);
    if (Math.abs(distance) < SAME_PLACE) return undefined;
    return distance > 0 ? 'left' : 'right';
  }
}

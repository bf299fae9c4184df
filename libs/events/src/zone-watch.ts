import { isInside, type Point } from './geometry';
import type { Place } from './line-watch';

/** A change at a zone. */
export type ZoneChange =
  | { readonly type: 'enter'; readonly frame: number; readonly appeared: boolean }
  | {
      readonly type: 'exit';
      readonly frame: number;
      /** Frames inside. */
      readonly stay: number;
      readonly disappeared: boolean;
    };

/** A zone in pixels. */
export interface PixelZone {
  readonly corners: readonly Point[];
  /** Frames that a change must last, at least 1. */
  readonly debounce: number;
}

/** Watches one object at one zone, frame by frame. */
export class ZoneWatch {
  private inside = false;
  /** First frame of the visit. */
  private entered = 0;
  /** First frame of a change that has not lasted long enough yet. */
  private changed: number | undefined;

  constructor(private readonly zone: PixelZone) {}

  /** The first frame of the track. @returns the entry if it begins inside */
  begin({ frame, point }: Place): ZoneChange | undefined {
    if (!isInside(point, this.zone.corners)) return undefined;
    this.inside = true;
    this.entered = frame;
    return { type: 'enter', frame, appeared: true };
  }

  /** The next frame. @returns the change that is certain now, if any */
  move({ frame, point }: Place): ZoneChange | undefined {
    if (isInside(point, this.zone.corners) === this.inside) {
      this.changed = undefined;
      return undefined;
    }
    this.changed ??= frame;
    return frame - this.changed + 1 < this.zone.debounce ? undefined : this.change(this.changed);
  }

  /** The track has ended. @param last its last frame @returns the exit if it was inside */
  end(last: number): ZoneChange | undefined {
    if (!this.inside) return undefined;
    if (this.changed !== undefined) return this.change(this.changed);
    return { type: 'exit', frame: last, stay: last - this.entered + 1, disappeared: true };
  }

  private change(frame: number): ZoneChange {
    this.inside = !this.inside;
    this.changed = undefined;
    if (!this.inside) return { type: 'exit', frame, stay: frame - this.entered, disappeared: false };
    this.entered = frame;
    return { type: 'enter', frame, appeared: false };
  }
}

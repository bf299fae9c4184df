import type { Layout, LayoutEvent } from '#contract';
import { anchorOf, toPixels, type Size } from './anchor';
import { between } from './geometry';
import { LineWatch, type Crossing, type PixelLine, type Place } from './line-watch';
import { countsOf, type Counts } from './tallies';
import { ZoneWatch, type PixelZone, type ZoneChange } from './zone-watch';

/** How far an object must get beyond a line, as a share of the diagonal of the frame: 11 pixels of full HD. */
const LINE_MARGIN = 0.005;

/** How long an object must be inside or outside of a zone. */
const ZONE_DEBOUNCE_SECONDS = 0.2;

/** A track without boxes for longer has ended. If it returns, it appears again. */
const MAX_GAP_SECONDS = 10;

/** A box of a frame. */
interface TrackedBox {
  /** Id of its track, from 1; boxes without one are ignored. */
  readonly track?: number;
  readonly label: string;
  /** x1, y1, x2, y2 as fractions of the frame. */
  readonly box: readonly [number, number, number, number];
}

interface EventCounter {
  /** Adds a frame. @param n its number, greater than the one before @throws RangeError if it is not */
  update(n: number, boxes: readonly TrackedBox[]): void;
  /** Ends all tracks. @returns all events and counts; call it once, after the last frame */
  finish(): Counts;
}

/** An object whose track has not ended. */
interface Tracked {
  readonly id: number;
  label: string;
  place: Place;
  readonly lines: readonly LineWatch[];
  readonly zones: readonly ZoneWatch[];
}

/**
 * Counts what tracked objects do at lines and zones. See docs/events.md for the rules. Memory depends on the number of
 * objects at a time and of events, not on the length of the video.
 *
 * @param video frames per second, and the size of the frame in pixels
 */
export function createEventCounter(
  layout: Layout,
  video: { readonly frameRate: number; readonly size: Size },
): EventCounter {
  return new Counter(layout, video.frameRate, video.size);
}

class Counter implements EventCounter {
  private readonly lines: readonly PixelLine[];
  private readonly zones: readonly PixelZone[];
  private readonly tracked = new Map<number, Tracked>();
  private readonly events: LayoutEvent[] = [];
  private readonly maxGap: number;
  private frames = 0;

  constructor(
    private readonly layout: Layout,
    private readonly frameRate: number,
    private readonly size: Size,
  ) {
    const margin = LINE_MARGIN * Math.hypot(size.width, size.height);
    const debounce = Math.max(1, Math.round(ZONE_DEBOUNCE_SECONDS * frameRate));
    this.lines = layout.lines.map(({ from, to }) => ({
      from: toPixels(from, size),
      to: toPixels(to, size),
      margin,
    }));
    this.zones = layout.zones.map(({ points }) => ({
      corners: points.map((point) => toPixels(point, size)),
      debounce,
    }));
    this.maxGap = MAX_GAP_SECONDS * frameRate;
  }

  update(n: number, boxes: readonly TrackedBox[]): void {
    if (!Number.isInteger(n) || n < this.frames)
      throw new RangeError(`Invalid frame ${n}: expected a whole number from ${this.frames}.`);
    this.frames = n + 1;
    for (const tracked of this.tracked.values()) if (n - tracked.place.frame > this.maxGap) this.end(tracked);
    for (const { track, label, box } of boxes) {
      if (track === undefined) continue;
      const place = { frame: n, point: anchorOf(box, this.layout.anchor, this.size) };
      this.follow(track, label, place);
    }
  }

  finish(): Counts {
    for (const tracked of this.tracked.values()) this.end(tracked);
    return countsOf(this.layout, this.events, this.frames);
  }

  private follow(id: number, label: string, place: Place): void {
    const known = this.tracked.get(id);
    if (!known) {
      this.begin(id, label, place);
      return;
    }
    known.label = label;
    const { place: start } = known;
    const steps = place.frame - start.frame;
    for (let step = 1; step <= steps; step++) {
      const point = step === steps ? place.point : between(start.point, place.point, step / steps);
      this.move(known, { frame: start.frame + step, point });
    }
  }

  private begin(id: number, label: string, place: Place): void {
    const tracked: Tracked = {
      ...{ id, label, place },
      lines: this.lines.map((line) => new LineWatch(line, place)),
      zones: this.zones.map((zone) => new ZoneWatch(zone)),
    };
    this.tracked.set(id, tracked);
    for (const [n, zone] of tracked.zones.entries()) this.addChange(tracked, n, zone.begin(place));
  }

  private move(tracked: Tracked, place: Place): void {
    for (const [n, line] of tracked.lines.entries())
      this.addCrossing(tracked, n, line.move(tracked.place, place));
    for (const [n, zone] of tracked.zones.entries()) this.addChange(tracked, n, zone.move(place));
    tracked.place = place;
  }

  private end(tracked: Tracked): void {
    for (const [n, zone] of tracked.zones.entries())
      this.addChange(tracked, n, zone.end(tracked.place.frame));
    this.tracked.delete(tracked.id);
  }

  private addCrossing(tracked: Tracked, n: number, crossing: Crossing | undefined): void {
    const line = this.layout.lines[n]?.name;
    if (line === undefined || !crossing) return;
    const { direction, frame } = crossing;
    this.events.push({ type: 'cross', line, direction, ...this.moment(tracked, frame) });
  }

  private addChange(tracked: Tracked, n: number, change: ZoneChange | undefined): void {
    const zone = this.layout.zones[n]?.name;
    if (zone === undefined || !change) return;
    const moment = this.moment(tracked, change.frame);
    if (change.type === 'enter')
      this.events.push({ type: 'enter', zone, ...moment, ...(change.appeared && { appeared: true }) });
    else
      this.events.push({
        ...{ type: 'exit', zone, ...moment, dwell: seconds(change.stay, this.frameRate) },
        ...(change.disappeared && { disappeared: true }),
      });
  }

  private moment({ id, label }: Tracked, frame: number) {
    return { frame, time: seconds(frame, this.frameRate), track: id, label };
  }
}

/** Rounded to a microsecond. */
function seconds(frames: number, frameRate: number): number {
  return Number((frames / frameRate).toFixed(6));
}

import { assign, Axis, type Box, iou, NONE } from '#tracking';
import type { Sequence, SequenceDetection, Tracks } from './sequence';

/** Plain SORT's parameters. */
export interface SortOptions {
  /** Frames without a detection after which a track ends. */
  readonly maxAge: number;
  readonly minHits: number;
  readonly minIou: number;
}

/** Noise of centre x, centre y, area and aspect ratio, as in SORT's `KalmanBoxTracker`. */
const NOISE = [
  { initial: { value: 10, velocity: 10_000 }, process: { value: 1, velocity: 0.01 }, measured: 1 },
  { initial: { value: 10, velocity: 10_000 }, process: { value: 1, velocity: 0.01 }, measured: 1 },
  { initial: { value: 10, velocity: 10_000 }, process: { value: 1, velocity: 0.0001 }, measured: 10 },
  { initial: { value: 10, velocity: 0 }, process: { value: 1, velocity: 0 }, measured: 10 },
] as const;

/**
 * Plain SORT (Bewley et al. 2016, arXiv:1602.00763; https://github.com/abewley/sort), the reference for the metrics: its
 * published figures must come out.
 */
export function sortTracks({ detections }: Sequence, options: SortOptions): Tracks {
  let alive: SortTrack[] = [];
  let ids = 0;
  return detections.map((frame, n) => {
    for (const track of alive) track.predict();
    alive = alive.filter((track) => track.box().every(Number.isFinite));
    const free = new Set(frame.keys());
    for (const [i, j] of match(alive, frame, options.minIou)) {
      alive[i]?.update((frame[j] as SequenceDetection).box);
      free.delete(j);
    }
    for (const j of free) alive.push(new SortTrack(++ids, (frame[j] as SequenceDetection).box));
    const shown = alive.filter(
      (track) => track.missed === 0 && (track.streak >= options.minHits || n < options.minHits),
    );
    alive = alive.filter(({ missed }) => missed <= options.maxAge);
    return shown.map((track) => ({ id: track.id, box: track.box() }));
  });
}

class SortTrack {
  missed = 0;
  /** Detections in a row. */
  streak = 0;
  private readonly axes: Axis[];

  constructor(
    readonly id: number,
    box: Box,
  ) {
    this.axes = measure(box).map((value, n) => new Axis(value, (NOISE[n] as (typeof NOISE)[number]).initial));
  }

  predict(): void {
    const area = this.axes[2] as Axis;
    if (area.value + area.velocity <= 0) area.velocity = 0;
    for (const [n, axis] of this.axes.entries())
      axis.predict(1, (NOISE[n] as (typeof NOISE)[number]).process);
    if (this.missed > 0) this.streak = 0;
    this.missed++;
  }

  update(box: Box): void {
    this.missed = 0;
    this.streak++;
    for (const [n, value] of measure(box).entries())
      this.axes[n]?.update(value, (NOISE[n] as (typeof NOISE)[number]).measured);
  }

  box(): Box {
    const [x = 0, y = 0, area = 0, aspect = 0] = this.axes.map(({ value }) => value);
    const width = Math.sqrt(area * aspect);
    const height = area / width;
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  }
}

function measure([x1, y1, x2, y2]: Box): number[] {
  const [width, height] = [x2 - x1, y2 - y1];
  return [x1 + width / 2, y1 + height / 2, width * height, width / height];
}

/** SORT assigns without a limit and drops weak pairs afterwards. */
function match(tracks: readonly SortTrack[], frame: readonly { box: Box }[], minIou: number) {
  const overlaps = tracks.flatMap((track) => {
    const predicted = track.box();
    return frame.map(({ box }) => iou(predicted, box));
  });
  const pairs = assign(
    overlaps.map((overlap) => -overlap),
    tracks.length,
    frame.length,
  );
  return [...pairs.entries()].filter(
    ([i, j]) => j !== NONE && (overlaps[i * frame.length + j] ?? 0) >= minIou,
  );
}

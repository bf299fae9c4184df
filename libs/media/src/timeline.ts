import { placesOn, placesOfRuns, spreadOf } from './grid-places';
import { reduce, toNumber, type Rational } from './rational';

/** So many source frames in a row, each shown for `times` output frames. */
type Run = readonly [sourceFrames: number, times: number];

/** A timeline as it is stored. */
export interface StoredTimeline {
  readonly frameRate: Rational;
  readonly origin: number;
  readonly runs: readonly Run[];
}

/**
 * The timeline of a video: which source frame each output frame shows, and when. Output frame n is shown at n / rate
 * seconds, counted from the first picture that decodes; a source frame that lasts longer than one output frame is
 * repeated. Every source frame has at least one output frame. See docs/media.md.
 */
export class Timeline {
  /** Output frames. */
  readonly frames: number;
  readonly sourceFrames: number;

  constructor(
    /** Output frames per second. */
    readonly frameRate: Rational,
    /** When the first picture is shown, in seconds after `clockStart` of the video track. */
    readonly origin: number,
    private readonly runs: readonly Run[],
  ) {
    this.frames = runs.reduce((sum, [count, times]) => sum + count * times, 0);
    this.sourceFrames = runs.reduce((sum, [count]) => sum + count, 0);
  }

  /** A timeline on which each source frame is one output frame. */
  static constant(frameRate: Rational, frames: number, origin = 0): Timeline {
    return new Timeline(frameRate, origin, [[frames, 1]]);
  }

  /** @param slots the first output frame of each source frame, from 0 and strictly increasing */
  static fromSlots(frameRate: Rational, origin: number, slots: ArrayLike<number>): Timeline {
    const runs: [number, number][] = [];
    for (let k = 0; k < slots.length; k++) {
      const times = (slots[k + 1] ?? (slots[k] ?? 0) + 1) - (slots[k] ?? 0);
      const run = runs.at(-1);
      if (run?.[1] === times) run[0]++;
      else runs.push([1, times]);
    }
    return new Timeline(frameRate, origin, runs);
  }

  static fromStored({ frameRate, origin, runs }: StoredTimeline): Timeline {
    return new Timeline(frameRate, origin, runs);
  }

  toStored(): StoredTimeline {
    return { frameRate: this.frameRate, origin: this.origin, runs: this.runs };
  }

  /** Output frames that repeat the one before. */
  get repeatedFrames(): number {
    return this.frames - this.sourceFrames;
  }

  /** Seconds of picture. */
  get duration(): number {
    return (this.frames * this.frameRate.den) / this.frameRate.num;
  }

  /** The output frames of each source frame, in order: the first one, then its repeats. */
  *spans(): Generator<{ readonly first: number; readonly times: number }> {
    let first = 0;
    for (const [count, times] of this.runs) {
      for (let k = 0; k < count; k++, first += times) yield { first, times };
    }
  }
}

/** Rates of cameras, films, screens and broadcasts, in frames per second. */
const STANDARD_RATES: readonly Rational[] = [
  ...[1, 2, 5, 8, 10, 12, 15, 20].map(perSecond),
  { num: 24000, den: 1001 },
  ...[24, 25].map(perSecond),
  { num: 30000, den: 1001 },
  ...[30, 48, 50].map(perSecond),
  { num: 60000, den: 1001 },
  ...[60, 72, 90, 100].map(perSecond),
  { num: 120000, den: 1001 },
  ...[120, 144, 165, 200, 240].map(perSecond),
];

function perSecond(num: number): Rational {
  return { num, den: 1 };
}

/** Seconds by which a frame may move in time unnoticed: half of what ITU-R BT.1359 grants sound. */
const UNNOTICED = 0.02;

/** Seconds by which picture and sound may part: ITU-R BT.1359. */
const IN_SYNC = 0.045;

/** A grid may have so many output frames per source frame, or MIN_BOUND in all where that is more. */
const MAX_GROWTH = 10;
const MIN_BOUND = 1000;

export interface TimelineOptions {
  /** Rates that the container declares, the likelier first. */
  readonly declared: readonly Rational[];
  /** Resolution of the source's timestamps in seconds. */
  readonly tick: number;
  /** Highest rate of the output, in frames per second. */
  readonly maxRate?: number;
  /** Most output frames. */
  readonly maxFrames?: number;
}

/** A timeline, and how far it moves a frame at most, in seconds. */
export interface Plan {
  readonly timeline: Timeline;
  readonly shift: number;
}

/**
 * Lays the frames of a video on a grid of constant rate.
 *
 * Frames that keep a constant rate, within the resolution of their timestamps, get one output frame each: their number
 * decides, not their timestamps. So do frames that keep it but for a few pauses or jumps of the clock: each run starts at
 * the nearest place, at most 45 ms from its time. Other frames go to the nearest place of the coarsest grid that moves
 * none of them by more than the timestamps' resolution, else by more than 20 ms, else (where such a grid would have more than ten
 * output frames per source frame) to those of the allowed grid that moves them least. Frames that would share a place
 * move to the next one: none is dropped.
 *
 * @param times when each frame is shown, in seconds, in the order of the frames; at least one
 */
export function planTimeline(times: ArrayLike<number>, options: TimelineOptions): Plan {
  const count = times.length;
  const origin = times[0] ?? 0;
  const { declared, tick, maxRate = Infinity, maxFrames = Infinity } = options;
  const span = (times[count - 1] ?? origin) - origin;
  if (count === 1 || span <= 0) {
    return { timeline: Timeline.constant(declared[0] ?? perSecond(25), count, origin), shift: 0 };
  }
  const average = (count - 1) / span;
  const exact = Math.max(0.75 * tick, 0.0006);
  const candidates = [...declared, ...STANDARD_RATES, ...approximations(average)];

  const constant = candidates
    .filter((rate) => Math.abs(toNumber(rate) / average - 1) < 0.2)
    .map((rate) => ({ rate, shift: spreadOf(times, toNumber(rate)) / 2 }));
  const regular =
    constant.find(({ shift }) => shift <= exact) ??
    constant
      .filter(({ rate, shift }) => shift <= Math.min(0.5 / toNumber(rate), UNNOTICED))
      .sort((a, b) => a.shift - b.shift)[0];
  if (regular) {
    return { timeline: Timeline.constant(regular.rate, count, origin), shift: regular.shift };
  }

  const bound = Math.min(maxFrames, Math.max(MIN_BOUND, MAX_GROWTH * count));
  const grids = [...candidates, ...approximations(1 / smallestStep(times)), ...commonStep(times, tick)]
    .filter((rate) => toNumber(rate) >= 0.999 * average && toNumber(rate) <= maxRate)
    .filter((rate) => span * toNumber(rate) + 1 <= bound)
    .sort((a, b) => toNumber(a) - toNumber(b))
    .map((rate) => ({ rate, ...placesOn(times, toNumber(rate)) }));
  const exactGrid = coarsest(grids, exact);
  const runs = coarsest(
    grids.flatMap(({ rate }) => {
      const places = placesOfRuns(times, toNumber(rate), exact);
      return places ? [{ rate, ...places }] : [];
    }),
    IN_SYNC,
  );
  const grid =
    (runs && exactGrid && toNumber(runs.rate) < 0.99 * toNumber(exactGrid.rate) ? runs : exactGrid) ??
    runs ??
    coarsest(grids, UNNOTICED) ??
    grids.sort((a, b) => a.shift - b.shift)[0];
  if (!grid) {
    // No grid is allowed that keeps time: one frame after the other at their average rate.
    const rate = approximations(average)[0] ?? perSecond(25);
    return {
      timeline: Timeline.constant(rate, count, origin),
      shift: spreadOf(times, toNumber(rate)) / 2,
    };
  }
  return { timeline: Timeline.fromSlots(grid.rate, origin, grid.slots), shift: grid.shift };
}

/** The coarsest of some grids, in order of their rates, that moves no frame further; of those beside it (29.97, 30) the best. */
function coarsest<Grid extends { rate: Rational; shift: number }>(
  grids: readonly Grid[],
  limit: number,
): Grid | undefined {
  const good = grids.filter(({ shift }) => shift <= limit);
  const highest = 1.01 * toNumber(good[0]?.rate ?? { num: 0, den: 1 });
  return good.filter(({ rate }) => toNumber(rate) <= highest).sort((a, b) => a.shift - b.shift)[0];
}

function smallestStep(times: ArrayLike<number>): number {
  let smallest = Infinity;
  for (let k = 1; k < times.length; k++) {
    const step = (times[k] ?? 0) - (times[k - 1] ?? 0);
    if (step > 0) smallest = Math.min(smallest, step);
  }
  return smallest;
}

/** The grid that all steps are whole multiples of, where their greatest common divisor is more than noise. */
function commonStep(times: ArrayLike<number>, tick: number): Rational[] {
  let divisor = 0;
  for (let k = 1; k < times.length; k++) {
    let [a, b] = [divisor, Math.round(((times[k] ?? 0) - (times[k - 1] ?? 0)) / tick)];
    while (b > 0) [a, b] = [b, a % b];
    divisor = a;
    if (divisor === 1) return [];
  }
  return divisor > 0 ? approximations(1 / (divisor * tick)) : [];
}

/** Simple ratios near a value: the best with a small denominator, for rates above and below 1, then to a thousandth. */
function approximations(value: number): Rational[] {
  if (!Number.isFinite(value) || value <= 0) return [];
  const thousandth =
    value >= 1 ? reduce(Math.round(value * 1000), 1000) : reduce(1000, Math.round(1000 / value));
  const whole = value >= 1 ? reduce(Math.round(value), 1) : reduce(1, Math.round(1 / value));
  return [whole, thousandth, reduce(Math.max(1, Math.round(value * 1e6)), 1_000_000)];
}

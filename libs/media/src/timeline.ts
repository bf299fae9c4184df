import { slotsOn, slotsOfRuns, spreadOf } from './grid-slots';
import { reduce, toNumber, type Rational } from './rational';

/** A number of consecutive source frames, each shown for `times` output frames. */
type Run = readonly [sourceFrames: number, times: number];

/** JSON form of a timeline. */
export interface StoredTimeline {
  readonly frameRate: Rational;
  readonly origin: number;
  readonly runs: readonly Run[];
}

/**
 * Maps output frames to source frames. Output frame n is shown at n / rate seconds after the first decodable frame; a
 * source frame that lasts longer than one output frame is repeated. Every source frame has at least one output frame.
 * See docs/media.md.
 */
export class Timeline {
  /** Output frames. */
  readonly frames: number;
  readonly sourceFrames: number;

  constructor(
    /** Output frames per second. */
    readonly frameRate: Rational,
    /** When the first frame is shown, in seconds after `clockStart` of the video track. */
    readonly origin: number,
    private readonly runs: readonly Run[],
  ) {
    this.frames = runs.reduce((sum, [count, times]) => sum + count * times, 0);
    this.sourceFrames = runs.reduce((sum, [count]) => sum + count, 0);
  }

  /** A timeline with one output frame per source frame. */
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

  /** Number of output frames that repeat the previous one. */
  get repeatedFrames(): number {
    return this.frames - this.sourceFrames;
  }

  /** In seconds. */
  get duration(): number {
    return (this.frames * this.frameRate.den) / this.frameRate.num;
  }

  /** The number of the source frame that output frame `n` shows. */
  sourceFrameAt(n: number): number {
    let [source, first] = [0, 0];
    for (const [count, times] of this.runs) {
      if (n < first + count * times) return source + Math.floor((n - first) / times);
      source += count;
      first += count * times;
    }
    throw new RangeError(`frame ${n} of a timeline with ${this.frames} frames`);
  }

  /** For each source frame in order: its first output frame and how many output frames show it. */
  *spans(): Generator<{ readonly first: number; readonly times: number }> {
    let first = 0;
    for (const [count, times] of this.runs) {
      for (let k = 0; k < count; k++, first += times) yield { first, times };
    }
  }
}

/** Common rates of cameras, film, screens and broadcasts, in frames per second. */
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

/** Shift of a frame that viewers do not notice, in seconds: half the sound offset that ITU-R BT.1359 allows. */
const MAX_INVISIBLE_SHIFT_S = 0.02;

/** Largest acceptable offset between frames and sound, in seconds (ITU-R BT.1359). */
const MAX_SYNC_OFFSET_S = 0.045;

/** Maximum output frames of a grid: MAX_GROWTH per source frame, but at least MIN_BOUND. */
const MAX_GROWTH = 10;
const MIN_BOUND = 1000;

export interface TimelineOptions {
  /** Rates that the container declares, most likely first. */
  readonly declared: readonly Rational[];
  /** Resolution of the source's timestamps in seconds. */
  readonly tick: number;
  /** Maximum output rate, in frames per second. */
  readonly maxRate?: number;
  /** Maximum number of output frames. */
  readonly maxFrames?: number;
}

/** A timeline and the largest shift of a frame on it, in seconds. */
export interface Plan {
  readonly timeline: Timeline;
  readonly shift: number;
}

/**
 * Places the frames of a video on a grid of constant rate. The first rule that fits applies:
 *
 * 1. Constant rate, within the resolution of the timestamps: one output frame per source frame.
 * 2. Constant rate except for a few pauses or clock jumps: the same, with each run starting at the nearest slot, at most
 *    45 ms off.
 * 3. The coarsest grid that shifts no frame by more than the timestamp resolution; failing that, the coarsest that
 *    shifts no frame by more than 20 ms.
 * 4. If that grid has more than ten output frames per source frame: the allowed grid with the smallest shift.
 *
 * Frames that would share a slot move to the next one; none is dropped.
 *
 * @param times presentation times in seconds, in frame order; at least one
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
      .filter(({ rate, shift }) => shift <= Math.min(0.5 / toNumber(rate), MAX_INVISIBLE_SHIFT_S))
      .sort((a, b) => a.shift - b.shift)[0];
  if (regular) {
    return { timeline: Timeline.constant(regular.rate, count, origin), shift: regular.shift };
  }

  const bound = Math.min(maxFrames, Math.max(MIN_BOUND, MAX_GROWTH * count));
  const grids = [...candidates, ...approximations(1 / smallestStep(times)), ...commonStep(times, tick)]
    .filter((rate) => toNumber(rate) >= 0.999 * average && toNumber(rate) <= maxRate)
    .filter((rate) => span * toNumber(rate) + 1 <= bound)
    .sort((a, b) => toNumber(a) - toNumber(b))
    .map((rate) => ({ rate, ...slotsOn(times, toNumber(rate)) }));
  const exactGrid = coarsest(grids, exact);
  const runs = coarsest(
    grids.flatMap(({ rate }) => {
      const slots = slotsOfRuns(times, toNumber(rate), exact);
      return slots ? [{ rate, ...slots }] : [];
    }),
    MAX_SYNC_OFFSET_S,
  );
  const grid =
    (runs && exactGrid && toNumber(runs.rate) < 0.99 * toNumber(exactGrid.rate) ? runs : exactGrid) ??
    runs ??
    coarsest(grids, MAX_INVISIBLE_SHIFT_S) ??
    grids.sort((a, b) => a.shift - b.shift)[0];
  if (!grid) {
    // No allowed grid keeps the times, so fall back to the average rate.
    const rate = approximations(average)[0] ?? perSecond(25);
    return {
      timeline: Timeline.constant(rate, count, origin),
      shift: spreadOf(times, toNumber(rate)) / 2,
    };
  }
  return { timeline: Timeline.fromSlots(grid.rate, origin, grid.slots), shift: grid.shift };
}

/**
 * The coarsest grid within the limit. Among neighbouring rates, such as 29.97 and 30, the one with the smallest shift.
 * @param grids in ascending order of their rates
 * @param limit largest shift of a frame, in seconds
 */
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

/** The grid of the steps' greatest common divisor, unless that is a single tick, which is just noise. */
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

/**
 * Rational approximations: a whole number of frames per second (or of seconds per frame, below 1), then rounded to
 * 1/1000 and to 1/1,000,000.
 */
function approximations(value: number): Rational[] {
  if (!Number.isFinite(value) || value <= 0) return [];
  const thousandth =
    value >= 1 ? reduce(Math.round(value * 1000), 1000) : reduce(1000, Math.round(1000 / value));
  const whole = value >= 1 ? reduce(Math.round(value), 1) : reduce(1, Math.round(1 / value));
  return [whole, thousandth, reduce(Math.max(1, Math.round(value * 1e6)), 1_000_000)];
}

/** Median, minimum and maximum of measurements. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @param values at least one */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? NaN;
  const half = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(half)) + at(Math.ceil(half))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** The value that a share (0 to 1) of the values does not exceed. @param values at least one */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** How many times faster one variant is than another. */
export interface Ratio {
  /** Of the medians. */
  readonly ofMedians: number;
  /** Of each round, in which both ran under the same conditions. */
  readonly perRound: readonly number[];
}

/** @param fast in the order of the rounds, like `slow` */
export function ratio(fast: readonly number[], slow: readonly number[]): Ratio {
  return {
    ofMedians: spread(fast).median / spread(slow).median,
    perRound: fast.map((value, round) => value / (slow[round] ?? NaN)),
  };
}

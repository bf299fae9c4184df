/** Bins of the histogram of an activation. */
const BINS = 4096;

/** Share of values cut off at either end of a range, so that a few outliers do not take the resolution of all. */
const OUTLIERS = 1e-4;

/** Significant digits of a range. */
const DIGITS = 6;

/**
 * Measures the range of an activation over many images in two passes, so that no values have to be kept: `see` each run
 * for the extremes, then `count` each again.
 */
export class RangeMeter {
  private low = Infinity;
  private high = -Infinity;
  private total = 0;
  private readonly bins = new Float64Array(BINS);

  see(values: Float32Array): void {
    for (const value of values) {
      if (value < this.low) this.low = value;
      if (value > this.high) this.high = value;
    }
  }

  count(values: Float32Array): void {
    const perUnit = BINS / (this.high - this.low || 1);
    for (const value of values) {
      const bin = Math.max(0, Math.min(BINS - 1, Math.floor((value - this.low) * perUnit)));
      this.bins[bin] = (this.bins[bin] ?? 0) + 1;
    }
    this.total += values.length;
  }

  /** The range without outliers, outwards to the edges of the bins. */
  get range(): [low: number, high: number] {
    const width = (this.high - this.low) / BINS;
    const below = this.skipped(this.bins);
    const above = this.skipped(this.bins.toReversed());
    return [this.low + below * width, this.high - above * width].map((value) =>
      Number(value.toPrecision(DIGITS)),
    ) as [number, number];
  }

  /** How many bins from the start hold no more than the outliers. */
  private skipped(bins: Float64Array): number {
    let sum = 0;
    const end = bins.findIndex((count) => (sum += count) > OUTLIERS * this.total);
    return Math.max(0, end);
  }
}

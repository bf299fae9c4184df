/** How waiting images are batched; the names are those of Triton's model configuration. */
export interface Batching {
  /** Sizes worth waiting for; the largest is the maximum batch size. */
  readonly preferredBatchSize: readonly number[];
  /** How long the oldest image may wait for a preferred size, in microseconds. */
  readonly maxQueueDelayUs: number;
}

/** What an idle instance does next. */
export type NextBatch = { readonly take: number } | { readonly waitMs: number };

export function maxBatchSize({ preferredBatchSize }: Batching): number {
  return Math.max(1, ...preferredBatchSize);
}

/**
 * The rule of Triton's dynamic batcher for an idle instance: take the largest preferred size that the queue fills; if
 * it fills none, take all once the oldest image has waited long enough.
 *
 * Timers have a resolution of 1 ms, so delays are rounded up to whole milliseconds: 100 us behaves like 1 ms, unless
 * a new image completes a preferred size or arrives after the delay.
 *
 * @param waiting number of queued images, at least 1
 * @param oldestMs age of the oldest one, in milliseconds
 */
export function nextBatch(batching: Batching, waiting: number, oldestMs: number): NextBatch {
  const filled = batching.preferredBatchSize.filter((size) => size <= waiting);
  if (filled.length > 0) return { take: Math.max(...filled) };
  const left = batching.maxQueueDelayUs / 1000 - oldestMs;
  return left > 0 ? { waitMs: Math.ceil(left) } : { take: Math.min(waiting, maxBatchSize(batching)) };
}

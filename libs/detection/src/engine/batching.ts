/** How waiting pictures become batches; the names are those of Triton's model configuration. */
export interface Batching {
  /** Sizes worth waiting for; the largest is the most that one run takes. */
  readonly preferredBatchSize: readonly number[];
  /** How long the oldest picture may wait for a preferred size, in microseconds. */
  readonly maxQueueDelayUs: number;
}

/** What an idle instance does next. */
export type NextBatch = { readonly take: number } | { readonly waitMs: number };

export function maxBatchSize({ preferredBatchSize }: Batching): number {
  return Math.max(1, ...preferredBatchSize);
}

/**
 * The rule of Triton's dynamic batcher for an idle instance: the largest preferred size that the queue fills; if it
 * fills none, everything there is once the oldest picture has waited long enough.
 *
 * Timers have a resolution of 1 ms, so waits are whole milliseconds, rounded up: a delay of 100 us acts as 1 ms,
 * unless a picture that arrives in between fills a size, or finds that the time is over.
 *
 * @param waiting pictures in the queue, at least 1
 * @param oldestMs how long the first of them has waited, in milliseconds
 */
export function nextBatch(batching: Batching, waiting: number, oldestMs: number): NextBatch {
  const filled = batching.preferredBatchSize.filter((size) => size <= waiting);
  if (filled.length > 0) return { take: Math.max(...filled) };
  const left = batching.maxQueueDelayUs / 1000 - oldestMs;
  return left > 0 ? { waitMs: Math.ceil(left) } : { take: Math.min(waiting, maxBatchSize(batching)) };
}

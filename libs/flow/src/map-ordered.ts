/**
 * Runs `work` over `items` with up to `concurrency` calls in flight and yields the results in the order of the items. A
 * new call starts only when the consumer takes a result, so at most `concurrency` results wait in memory: this is the
 * back-pressure of every stage.
 *
 * @param concurrency calls in flight, >= 1
 * @throws the first error of `work`, of the input or of `signal`, after all calls in flight have ended
 */
export async function* mapOrdered<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  work: (item: T, index: number) => Promise<R>,
  signal?: AbortSignal,
): AsyncGenerator<R, void, undefined> {
  const inFlight: Promise<R>[] = [];
  let index = 0;
  try {
    for await (const item of items) {
      signal?.throwIfAborted();
      const call = work(item, index++);
      call.catch(() => undefined); // thrown when its turn comes; until then avoid an unhandled rejection
      inFlight.push(call);
      if (inFlight.length >= concurrency) yield await takeFirst(inFlight);
    }
    while (inFlight.length > 0) yield await takeFirst(inFlight);
    signal?.throwIfAborted();
  } finally {
    await Promise.allSettled(inFlight);
  }
}

function takeFirst<R>(queue: Promise<R>[]): Promise<R> {
  return queue.shift() as Promise<R>;
}

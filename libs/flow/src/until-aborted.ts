/**
 * Awaits a promise, but rejects once the signal is aborted and the promise has not settled within `graceMs`
 * milliseconds. The work behind the promise continues.
 *
 * @throws the promise's error, or the signal's reason
 */
export async function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal, graceMs = 0): Promise<T> {
  if (!signal) return promise;
  let timer: NodeJS.Timeout | undefined;
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const giveUp = () => {
      reject(signal.reason as Error);
    };
    abort = () => {
      if (graceMs > 0) timer = setTimeout(giveUp, graceMs);
      else giveUp();
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  return Promise.race([aborted, promise]).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  });
}

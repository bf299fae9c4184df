/**
 * Awaits a promise, but rejects as soon as the signal is aborted. The work behind the promise continues.
 *
 * @throws the promise's error, or the signal's reason
 */
export async function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  return Promise.race([aborted, promise]).finally(() => {
    signal.removeEventListener('abort', abort);
  });
}

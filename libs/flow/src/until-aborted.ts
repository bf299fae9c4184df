/**
 * The result of a promise, or an error as soon as the signal is aborted; what the promise stands for goes on.
 *
 * @throws what the promise is rejected with, or the signal's reason
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

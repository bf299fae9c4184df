/**
 * Awaits a promise. Once the signal is aborted, the promise has `graceMs` milliseconds to settle. After that it is
 * abandoned, and its work continues in the background.
 *
 * @throws the promise's error; the signal's reason if it was abandoned
 */
export async function untilAbandoned<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  graceMs: number,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let wait: () => void = () => undefined;
  const abandoned = new Promise<never>((_, reject) => {
    wait = () => {
      timer = setTimeout(() => {
        reject(signal.reason as Error);
      }, graceMs);
    };
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait);
  });
  return Promise.race([promise, abandoned]).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', wait);
  });
}

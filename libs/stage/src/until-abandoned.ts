/**
 * The result of a promise. Once the signal is aborted it has so long to settle; then it is left alone, and whatever it
 * stands for goes on behind the caller's back.
 *
 * @throws what the promise is rejected with; the signal's reason when it was left alone
 */
export async function untilAbandoned<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  patienceMs: number,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let wait: () => void = () => undefined;
  const abandoned = new Promise<never>((_, reject) => {
    wait = () => {
      timer = setTimeout(() => {
        reject(signal.reason as Error);
      }, patienceMs);
    };
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait);
  });
  return Promise.race([promise, abandoned]).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', wait);
  });
}

/**
 * Awaits a promise, but rejects after `limitMs` milliseconds. The work behind the promise continues.
 *
 * @throws the promise's error, or `no response within ... ms`
 */
export async function withTimeLimit<T>(promise: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no response within ${limitMs} ms`));
    }, limitMs);
  });
  return Promise.race([promise, tooLate]).finally(() => {
    clearTimeout(timer);
  });
}

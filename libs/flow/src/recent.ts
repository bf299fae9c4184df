/**
 * Asks at most once in a while, however many want to know.
 * @param ask a failure of it is told to those who wait, and not kept
 * @param forMs how old an answer may be, from when it was asked for
 * @returns the answer, shared by all who want it in that time
 */
export function recent<T>(ask: () => Promise<T>, forMs: number): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly askedAt: number } | undefined;
  return () => {
    if (last && performance.now() - last.askedAt < forMs) return last.answer;
    const asked = { answer: ask(), askedAt: performance.now() };
    last = asked;
    asked.answer.catch(() => {
      if (last === asked) last = undefined;
    });
    return asked.answer;
  };
}

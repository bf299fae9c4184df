/**
 * Caches the result of `load` for a time and shares it among all callers.
 * @param load its errors reach the waiting callers and are not cached
 * @param maxAgeMs maximum age of a result, counted from the call of `load`
 */
export function recent<T>(load: () => Promise<T>, maxAgeMs: number): () => Promise<T> {
  let last: { readonly result: Promise<T>; readonly loadedAt: number } | undefined;
  return () => {
    if (last && performance.now() - last.loadedAt < maxAgeMs) return last.result;
    const current = { result: load(), loadedAt: performance.now() };
    last = current;
    current.result.catch(() => {
      if (last === current) last = undefined;
    });
    return current.result;
  };
}

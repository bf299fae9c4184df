type Results<Tasks extends readonly ((signal: AbortSignal) => Promise<unknown>)[]> = {
  [K in keyof Tasks]: Awaited<ReturnType<Tasks[K]>>;
};

/**
 * Runs tasks at the same time. When one fails, the others are aborted, and all of them have ended when the error arrives.
 *
 * @param tasks each ends soon after its signal is aborted
 * @throws the first error of a task
 */
export async function allOrNone<const Tasks extends readonly ((signal: AbortSignal) => Promise<unknown>)[]>(
  signal: AbortSignal | undefined,
  tasks: Tasks,
): Promise<Results<Tasks>> {
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  let first: { error: unknown } | undefined;
  const results = await Promise.all(
    tasks.map((task) =>
      task(either).catch((error: unknown) => {
        first ??= { error };
        failed.abort(error);
      }),
    ),
  );
  if (first) throw first.error;
  return results as Results<Tasks>;
}

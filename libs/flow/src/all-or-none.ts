type Results<Tasks extends readonly ((signal: AbortSignal) => Promise<unknown>)[]> = {
  [K in keyof Tasks]: Awaited<ReturnType<Tasks[K]>>;
};

/**
 * Runs tasks concurrently. If one fails, aborts the others and waits for all of them before throwing.
 *
 * @param tasks must end soon after their signal is aborted
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

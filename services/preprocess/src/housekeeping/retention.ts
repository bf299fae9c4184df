import { join } from 'node:path';
import type { FinishedJob, FinishedJobs } from '#jobs';
import { folderBytes, type Workspace } from '#workspace';
import { finishDeletion } from './deletion';

/** How much of what is finished is kept; undefined: all. */
export interface Limits {
  /** A job goes so long after it has ended. */
  readonly maxAgeMs: number | undefined;
  /** The oldest jobs go when all finished ones together are larger. */
  readonly maxBytes: number | undefined;
}

/**
 * Removes finished jobs beyond the limits, record and files. Those that still wait or are worked on do not count and
 * are not touched, and one that is taken up again meanwhile stays.
 * @returns ids of the removed ones
 */
export async function expire(
  jobs: FinishedJobs,
  workspace: Workspace,
  { maxAgeMs = Infinity, maxBytes = Infinity }: Limits,
  signal: AbortSignal,
): Promise<string[]> {
  const removed: string[] = [];
  const kept: FinishedJob[] = [];
  const remove = async (id: string) => {
    if (!(await jobs.remove(id))) return;
    removed.push(id);
    await finishDeletion(jobs, workspace, id).catch(() => undefined); // the next round finishes it
  };
  const now = Date.now();
  for await (const job of jobs.list()) {
    signal.throwIfAborted();
    if (now - job.endedAt.getTime() > maxAgeMs) await remove(job.id);
    else kept.push(job);
  }
  if (maxBytes === Infinity) return removed;
  const sizes = new Map<string, number>();
  for (const job of kept) {
    signal.throwIfAborted();
    sizes.set(job.id, job.bytes ?? (await measure(jobs, workspace, job.id)));
  }
  let total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  for (const { id } of kept.sort((a, b) => a.endedAt.getTime() - b.endedAt.getTime())) {
    if (total <= maxBytes) break;
    await remove(id);
    total -= sizes.get(id) ?? 0;
  }
  return removed;
}

/** Counts once and keeps the result in the record: on a network file system it is slow. */
async function measure(jobs: FinishedJobs, workspace: Workspace, id: string): Promise<number> {
  const bytes = await folderBytes(join(workspace.root, id));
  await jobs.setBytes(id, bytes);
  return bytes;
}

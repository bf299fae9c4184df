import { join } from 'node:path';
import type { FinishedJob, FinishedJobs } from '#jobs';
import { folderBytes, type Workspace } from '#workspace';
import { finishDeletion } from './deletion';

/** Retention of finished jobs; undefined means no limit. */
export interface Limits {
  /** Time after the end of a job. */
  readonly maxAgeMs: number | undefined;
  /** Total size of all finished jobs; the oldest are removed first. */
  readonly maxBytes: number | undefined;
}

/**
 * Removes finished jobs beyond the limits, with records and files. Ignores waiting and running jobs, and those that
 * are retried meanwhile.
 * @returns the ids of the removed jobs
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

/** Stores the size in the record, because measuring is slow on network file systems. */
async function measure(jobs: FinishedJobs, workspace: Workspace, id: string): Promise<number> {
  const bytes = await folderBytes(join(workspace.root, id));
  await jobs.setBytes(id, bytes);
  return bytes;
}

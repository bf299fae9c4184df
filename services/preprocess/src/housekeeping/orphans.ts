import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FinishedJobs } from '#jobs';
import { jobFolders, type Workspace } from '#workspace';

/** Jobs that ended longer ago were looked at before. */
const LOOKED_AT_FOR_MS = 86_400_000;

/** Folders that are asked about at once. */
const BATCH = 500;

/**
 * Removes folders of jobs that have no record: what is left when a service is killed between a rename and an insert,
 * or in the middle of a deletion. The volume belongs to this database alone (VolumeGuard), so no other one knows them.
 * @param minAgeMs younger ones stay: an upload has its folder a moment before its record
 * @returns ids of the removed ones
 */
export async function sweepOrphans(
  jobs: FinishedJobs,
  workspace: Workspace,
  minAgeMs: number,
  signal: AbortSignal,
): Promise<string[]> {
  const removed: string[] = [];
  const sweep = async (ids: readonly string[]) => {
    signal.throwIfAborted();
    for (const id of await jobs.unknown(ids)) {
      await workspace.remove(id);
      removed.push(id);
    }
  };
  let batch: string[] = [];
  const now = Date.now();
  for await (const { id, changedAt } of jobFolders(workspace.root)) {
    if (now - changedAt.getTime() < minAgeMs) continue;
    batch.push(id);
    if (batch.length < BATCH) continue;
    await sweep(batch);
    batch = [];
  }
  if (batch.length > 0) await sweep(batch);
  return removed;
}

/** Removes what killed workers left in the folders of jobs that have ended: of others the next worker takes it over. */
export async function sweepAttempts(
  jobs: FinishedJobs,
  workspace: Workspace,
  minAgeMs: number,
  signal: AbortSignal,
): Promise<void> {
  const now = Date.now();
  for await (const { id, endedAt } of jobs.list()) {
    signal.throwIfAborted();
    const age = now - endedAt.getTime();
    if (age < minAgeMs || age > minAgeMs + LOOKED_AT_FOR_MS) continue;
    const folder = join(workspace.root, id);
    const entries = await readdir(folder).catch(() => []);
    const attempts = entries.filter((name) => name.startsWith('.attempt-'));
    // it may have been started again since it was listed: what was seen is left over only if it has ended still
    if (attempts.length === 0 || !(await jobs.hasEnded(id))) continue;
    for (const entry of attempts) await workspace.discard(join(folder, entry)).catch(() => undefined);
  }
}

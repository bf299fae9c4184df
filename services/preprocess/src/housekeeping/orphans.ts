import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FinishedJobs } from '#jobs';
import { jobFolders, type Workspace } from '#workspace';

/** Sweeps check a job for this long; earlier sweeps have handled those that ended before. */
const SWEEP_WINDOW_MS = 86_400_000;

/** Folders per database query. */
const BATCH = 500;

/** Crashes can leave this many folders without a record per round, or this share of all; more means lost records. */
const FEW = 3;
const SHARE = 0.05;

/** The result of a sweep. */
export interface Sweep {
  /** Ids of the folders moved to quarantine. */
  readonly quarantined: readonly string[];
  /** Why nothing was moved, and what to do about it. */
  readonly refusal?: string;
}

/**
 * Moves job folders without a record to quarantine. A service killed between a rename and an insert, or during a
 * deletion, leaves them. The volume belongs to this database alone (VolumeGuard), so no other database has their
 * records. Many of them mean that the database has probably lost records; then nothing is moved.
 * @param minAgeMs leaves younger folders alone: an upload creates its folder shortly before its record
 */
export async function sweepOrphans(
  jobs: FinishedJobs,
  workspace: Workspace,
  minAgeMs: number,
  signal: AbortSignal,
): Promise<Sweep> {
  const old: string[] = [];
  let all = 0;
  const now = Date.now();
  for await (const { id, changedAt } of jobFolders(workspace.root)) {
    all++;
    if (now - changedAt.getTime() >= minAgeMs) old.push(id);
  }
  const orphans = await withoutRecord(jobs, old, signal);
  const most = Math.max(FEW, Math.floor(SHARE * all));
  if (orphans.length > most) {
    const refusal =
      `${orphans.length} of ${all} job folders in ${workspace.root} have no record in the database; at most ${most} are ` +
      'moved to .quarantine at a time. None was moved: the database may have lost records. Restore the database from ' +
      'a backup, or, if the jobs can be deleted, move their folders to .quarantine yourself.';
    return { quarantined: [], refusal };
  }
  for (const id of orphans) await workspace.quarantine(id);
  return { quarantined: orphans };
}

/**
 * Restores quarantined folders whose record exists again, and removes those older than `keepMs`.
 * @returns the ids of both
 */
export async function sweepQuarantine(
  jobs: FinishedJobs,
  workspace: Workspace,
  keepMs: number,
  signal: AbortSignal,
): Promise<{ restored: string[]; removed: string[] }> {
  const folders = await workspace.quarantined();
  const ids = folders.map(({ id }) => id);
  const unknown = new Set(await withoutRecord(jobs, ids, signal));
  const [restored, removed]: [string[], string[]] = [[], []];
  const now = Date.now();
  for (const { id, changedAt } of folders) {
    signal.throwIfAborted();
    if (!unknown.has(id)) {
      if (await workspace.restore(id)) restored.push(id);
    } else if (now - changedAt.getTime() >= keepMs) {
      await workspace.removeQuarantined(id);
      removed.push(id);
    }
  }
  return { restored, removed };
}

async function withoutRecord(
  jobs: FinishedJobs,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const unknown: string[] = [];
  for (let n = 0; n < ids.length; n += BATCH) {
    signal.throwIfAborted();
    unknown.push(...(await jobs.unknown(ids.slice(n, n + BATCH))));
  }
  return unknown;
}

/** Removes leftover attempts of killed workers from jobs that have ended; the next worker reuses those of other jobs. */
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
    if (age < minAgeMs || age > minAgeMs + SWEEP_WINDOW_MS) continue;
    const folder = join(workspace.root, id);
    const entries = await readdir(folder).catch(() => []);
    const attempts = entries.filter((name) => name.startsWith('.attempt-'));
    // The job may have been retried since it was listed: then its attempts are in use.
    if (attempts.length === 0 || !(await jobs.hasEnded(id))) continue;
    for (const entry of attempts) await workspace.discard(join(folder, entry)).catch(() => undefined);
  }
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FinishedJobs } from '#jobs';
import { jobFolders, type Workspace } from '#workspace';

/** Jobs that ended longer ago were looked at before. */
const LOOKED_AT_FOR_MS = 86_400_000;

/** Folders that are asked about at once. */
const BATCH = 500;

/** Crashes explain this many folders without a record in one round, or this share of all; more means lost records. */
const FEW = 3;
const SHARE = 0.05;

/** What a sweep found. */
export interface Sweep {
  /** Ids of the folders that were moved to the quarantine. */
  readonly quarantined: readonly string[];
  /** Why nothing was moved, and what to do. */
  readonly refusal?: string;
}

/**
 * Moves the folders of jobs that have no record to the quarantine: what is left when a service is killed between a
 * rename and an insert, or in the middle of a deletion. The volume belongs to this database alone (VolumeGuard), so no
 * other one knows them. When there are many, the database has probably lost records, and nothing is moved.
 * @param minAgeMs younger ones stay: an upload has its folder a moment before its record
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
      'moved to .quarantine at a time. None was moved: the database may have lost records. Restore it from a copy, or, ' +
      'if those jobs may go, move their folders to .quarantine yourself.';
    return { quarantined: [], refusal };
  }
  for (const id of orphans) await workspace.quarantine(id);
  return { quarantined: orphans };
}

/**
 * Puts folders in the quarantine back whose record exists again, and removes those that have been there for `keepMs`.
 * @returns ids of both
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

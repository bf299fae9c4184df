import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Another live process uses the data directory. */
export class DataDirectoryInUseError extends Error {
  readonly code = 'DATA_DIRECTORY_IN_USE';
  constructor(directory: string, pid: number) {
    super(
      `The data directory ${directory} is in use by the running process ${pid}. Stop that process, or choose another directory.`,
    );
    this.name = 'DataDirectoryInUseError';
  }
}

interface Holder {
  pid: number;
  /** Start time of the process according to the kernel: distinguishes it from a later process with the same pid. */
  started: string | null;
}

/**
 * Locks a data directory. A lock whose process is dead, for example after kill -9, is taken over.
 * @returns a function that unlocks it
 * @throws DataDirectoryInUseError
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'lock');
  const mine = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) } satisfies Holder);
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, mine);
  try {
    while (!(await tryLink(draft, path))) await removeStale(directory, path);
  } finally {
    await rm(draft, { force: true });
  }
  return () => rm(path, { force: true });
}

/** A link appears atomically, so no one reads a partly written lock. */
async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function removeStale(directory: string, path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined; // unlocked meanwhile
    throw error;
  });
  if (text === undefined) return;
  const holder = parse(text);
  if (holder && (await isAlive(holder))) throw new DataDirectoryInUseError(directory, holder.pid);
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch((error: unknown) => {
    if (!isCode(error, 'ENOENT')) throw error;
  });
  // Another process may have replaced the stale lock already: then restore it.
  if ((await readFile(aside, 'utf8').catch(() => text)) !== text) await tryLink(aside, path);
  await rm(aside, { force: true });
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isCode(error, 'EPERM')) return false;
  }
  return (await startOf(pid)) === started;
}

/** Field 22 of /proc/PID/stat (see proc(5)); null without /proc. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the command in parentheses, which may contain spaces.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isMissing } from '#errors';

/** Age after which any folder is deleted: no download takes a week. */
const MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000;

/** `.pull-<model file>@<host>-<pid>-<random>` */
const NAME = /^\.pull-(?<file>.+)@(?<host>.+)-(?<pid>\d+)-[0-9a-f]+$/;

const here = hostname().replace(/[^A-Za-z0-9.-]/g, '_');

/** Folders used by this process. */
const inUse = new Set<string>();

/**
 * A folder in the cache where one process downloads one model. Its name identifies the process, so that the folder of a
 * killed process can be found: the next process that needs the same model renames the folder to its own name (only one
 * can) and resumes the download.
 */
export class WorkFolder {
  /** Set if the next process can resume from this folder; otherwise it is removed at the end. */
  keep = false;

  private constructor(
    private readonly cacheDir: string,
    private readonly name: string,
  ) {}

  get path(): string {
    return join(this.cacheDir, this.name);
  }

  /** @param file name of the model's file in the cache */
  static async open(cacheDir: string, file: string): Promise<WorkFolder> {
    const name = `.pull-${file}@${here}-${process.pid}-${randomBytes(4).toString('hex')}`;
    const folder = new WorkFolder(cacheDir, name);
    inUse.add(name);
    let taken = false;
    for (const other of await abandoned(cacheDir, file)) {
      if (taken) await remove(join(cacheDir, other));
      else taken = await move(join(cacheDir, other), folder.path);
    }
    if (!taken) await mkdir(folder.path, { recursive: true });
    return folder;
  }

  async close(): Promise<void> {
    inUse.delete(this.name);
    if (!this.keep) await remove(this.path);
  }
}

/** Removes the folders of killed processes for a model that exists by now. */
export async function sweep(cacheDir: string, file: string): Promise<void> {
  for (const name of await abandoned(cacheDir, file)) await remove(join(cacheDir, name));
}

/** Folders of dead processes for this model. Also removes old folders of any model. */
async function abandoned(cacheDir: string, file: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(cacheDir).catch(() => [])) {
    if (!name.startsWith('.pull-')) continue;
    const owner = NAME.exec(name)?.groups;
    const ownerIsDead = owner?.host === here && !isAlive(name, Number(owner.pid));
    if (ownerIsDead && owner.file === file) found.push(name);
    else if (await isExpired(join(cacheDir, name))) await remove(join(cacheDir, name));
  }
  return found;
}

function isAlive(name: string, pid: number): boolean {
  if (pid === process.pid) return inUse.has(name); // otherwise an earlier process: in a container the pid is always 1
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function isExpired(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs > MAX_AGE_MS;
}

/** @returns false if another process was faster */
async function move(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Errors are ignored: a read-only cache must not prevent the use of a model. */
async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm, statfs, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { safeFileName } from './file-name';
import { jobFolders, type JobFolder } from './inventory';
import { INCOMING, QUARANTINE, readMark } from './mark';
import { FramesMissingError, SourceMissingError } from './missing';
import { frameName, targetName, txtName, type Artifact } from './names';
import { codeOf, isMissing } from '#errors';
import { VolumeFullError, VolumeGoneError } from './volume-fault';

/** Prefix in `.incoming` of job folders that are being deleted. */
const DELETED = 'deleted-';

/** Prefix in `.incoming` of resumable uploads. */
export const PARTIAL = 'upload-';

/** A file that is being received into a separate folder and does not belong to a job yet. */
export interface Arrival {
  readonly folder: string;
  readonly path: string;
}

/** Result of a sweep. */
export interface Swept {
  readonly removed: number;
  readonly errors: readonly unknown[];
}

/**
 * The shared volume: one folder per job, named by its id. Stages work in private attempt folders and publish by
 * renaming, so that readers never see a partial artifact and every attempt starts clean (see attempts.ts).
 */
export class Workspace {
  private mark: string | undefined;

  /** @param minFreeBytes free space below which no new work starts */
  constructor(
    readonly root: string,
    private readonly minFreeBytes = 0,
  ) {}

  path(id: string, artifact: Artifact, ...parts: string[]): string {
    return join(this.root, id, artifact, ...parts);
  }

  /** The annotated video of a complete job. */
  target(id: string): string {
    return this.path(id, 'target', targetName(id));
  }

  /** The uploaded file. @throws SourceMissingError */
  async source(id: string): Promise<string> {
    const [name] = await readdir(this.path(id, 'src')).catch(emptyIfMissing);
    if (name === undefined) throw new SourceMissingError();
    return this.path(id, 'src', name);
  }

  /** Counts the frames on the volume. @throws FramesMissingError if there are none, or one is missing */
  async countFrames(id: string): Promise<number> {
    const names = new Set(await readdir(this.path(id, 'src_frame')).catch(emptyIfMissing));
    for (let n = 0; n < names.size; n++) if (!names.has(frameName(n))) throw new FramesMissingError(n);
    if (names.size === 0) throw new FramesMissingError(0);
    return names.size;
  }

  /** Whether each of the first `frames` frames has a txt file. */
  async hasDetections(id: string, frames: number): Promise<boolean> {
    const names = new Set(await readdir(this.path(id, 'txts')).catch(emptyIfMissing));
    return Array.from({ length: frames }, (_, n) => txtName(n)).every((name) => names.has(name));
  }

  /** Creates a folder for an incoming file. Afterwards call `admit`, or `discard` with its folder. */
  async receive(originalName: string): Promise<Arrival> {
    const folder = join(this.root, INCOMING, randomUUID());
    await makeFolders(join(this.root, INCOMING), folder, join(folder, 'src'));
    return { folder, path: join(folder, 'src', safeFileName(originalName)) };
  }

  /** Makes an arrived file the source of a job (`<id>/src/<name>`) by one rename, after syncing it to disk. */
  async admit(id: string, { folder, path }: Arrival): Promise<void> {
    await sync(path);
    const now = new Date();
    await utimes(folder, now, now); // created when the upload began, the folder would look like a leftover
    await rename(folder, join(this.root, id));
    await syncFolder(this.root);
  }

  async discard(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /**
   * Removes leftovers of killed uploads and deletions: entries without any change for `ageMs`, by the volume's clock. A
   * file that any replica still receives is younger, because every write updates its time.
   * @param partialMs the same limit for resumable uploads, which wait for their clients
   * @returns how many were removed, and the errors of those that could not be removed
   */
  async sweepIncoming(ageMs: number, partialMs: number): Promise<Swept> {
    const incoming = join(this.root, INCOMING);
    const entries = await readdir(incoming).catch(emptyIfMissing);
    const errors: unknown[] = [];
    if (entries.length === 0) return { removed: 0, errors };
    let now = NaN;
    await this.probe(async (file) => (now = await lastChange(file)));
    let removed = 0;
    for (const entry of entries) {
      const path = join(incoming, entry);
      const limit = entry.startsWith(PARTIAL) ? partialMs : ageMs;
      if (now - (await lastActivity(path)) <= limit) continue;
      try {
        await this.discard(path);
        removed++;
      } catch (error) {
        errors.push(error); // one error must not keep the other entries
      }
    }
    return { removed, errors };
  }

  /**
   * Removes a job's folder: hides it by one rename, then deletes its files. Does nothing if it does not exist. After
   * the rename, files that cannot be deleted yet are left to `sweepIncoming`: on NFS, an open file stays as `.nfs…`,
   * with its folders, until its reader closes it.
   * @throws VolumeGoneError, the file system's error; the folder is unchanged then
   */
  async remove(id: string): Promise<void> {
    await this.checkMark(); // an unmounted volume must not look like one without the folder
    await this.removeFolder(join(this.root, id), id);
  }

  /** Moves a job's folder to the quarantine by one rename. Does nothing if it does not exist. */
  async quarantine(id: string): Promise<void> {
    const folder = join(this.root, id);
    await makeFolders(join(this.root, QUARANTINE));
    const now = new Date();
    await utimes(folder, now, now).catch(ignoreMissing); // marks the start of the quarantine
    await rename(folder, join(this.root, QUARANTINE, id)).catch(ignoreMissing);
  }

  /** The folders in the quarantine, with the time when each was moved there. */
  async quarantined(): Promise<JobFolder[]> {
    const found: JobFolder[] = [];
    try {
      for await (const folder of jobFolders(join(this.root, QUARANTINE))) found.push(folder);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return found;
  }

  /** Restores a folder from the quarantine. @returns false if it does not exist or the job has a new folder */
  async restore(id: string): Promise<boolean> {
    try {
      await rename(join(this.root, QUARANTINE, id), join(this.root, id));
      return true;
    } catch (error) {
      if (['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) return false;
      throw error;
    }
  }

  /** Removes a folder from the quarantine. Does nothing if it does not exist. */
  async removeQuarantined(id: string): Promise<void> {
    await this.removeFolder(join(this.root, QUARANTINE, id), id);
  }

  /** Requires the volume to have this mark from now on (see mark.ts). */
  expectMark(mark: string): void {
    this.mark = mark;
  }

  /** Checks that the volume is the expected one and is writable. @throws VolumeGoneError, the file system's error */
  async check(): Promise<void> {
    await this.checkMark();
    await this.probe();
  }

  /**
   * Checks that there is enough space for new work, without writing.
   * @param bytes expected size, if known
   * @throws VolumeGoneError, VolumeFullError, the file system's error
   */
  async checkSpace(bytes = 0): Promise<void> {
    await this.checkMark();
    const { bavail, bsize } = await statfs(this.root);
    const [free, required] = [bavail * bsize, bytes + this.minFreeBytes];
    if (free < required) throw new VolumeFullError(free, required);
  }

  private async removeFolder(folder: string, id: string): Promise<void> {
    const deleted = join(this.root, INCOMING, `${DELETED}${id}-${randomUUID()}`);
    await makeFolders(join(this.root, INCOMING));
    try {
      await rename(folder, deleted);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await this.discard(deleted).catch(() => undefined); // a later sweep removes files that are still being read
  }

  private async checkMark(): Promise<void> {
    if (this.mark !== undefined && (await readMark(this.root)) !== this.mark)
      throw new VolumeGoneError(this.root);
  }

  /** Writes a test file, passes it to `inspect` and removes it. */
  private async probe(inspect: (file: string) => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    await mkdir(join(this.root, INCOMING), { recursive: true });
    const file = join(this.root, INCOMING, `probe-${randomUUID()}`);
    try {
      await writeFile(file, 'x');
      await inspect(file);
    } finally {
      await rm(file, { force: true });
    }
  }
}

function emptyIfMissing(error: unknown): string[] {
  if (isMissing(error)) return [];
  throw error;
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

/** Creates nested folders, outermost first. Node's recursive mkdir would report a read-only volume as ENOENT. */
async function makeFolders(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await mkdir(folder).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }
}

/** Flushes a file to disk. */
export async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes renames in a folder durable. Some network file systems reject this: their renames are always durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EISDIR'].includes(codeOf(error))) throw error;
  } finally {
    await handle.close();
  }
}

/** Time of the last write, or with `ctime` of the last rename, in ms; Infinity if the path no longer exists. */
async function lastChange(path: string, kind: 'mtime' | 'ctime' = 'mtime'): Promise<number> {
  try {
    return (await lstat(path))[`${kind}Ms`];
  } catch (error) {
    if (isMissing(error)) return Infinity;
    throw error;
  }
}

/** Last change of an entry in `.incoming`: of a deleted job when it was moved there, of an upload with its file. */
async function lastActivity(path: string): Promise<number> {
  if (basename(path).startsWith(DELETED)) return lastChange(path, 'ctime');
  const files = await readdir(join(path, 'src')).catch(() => undefined);
  if (!files) return lastChange(path);
  const all = [path, join(path, 'src'), ...files.map((name) => join(path, 'src', name))];
  const times = await Promise.all(all.map((one) => lastChange(one)));
  return Math.max(...times.filter(Number.isFinite));
}

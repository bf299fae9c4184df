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

/** What a job's folder is called, below `.incoming`, while it is removed. */
const DELETED = 'deleted-';

/** What the folder of an upload is called, below `.incoming`, that may break off and be gone on with. */
export const PARTIAL = 'upload-';

/** A file on its way in: it lies at `path`, in a folder of its own, and belongs to no job yet. */
export interface Arrival {
  readonly folder: string;
  readonly path: string;
}

/** What a sweep did. */
export interface Swept {
  readonly removed: number;
  readonly failures: readonly unknown[];
}

/**
 * The shared volume: a folder per job, named by its id. Stages work in private attempt folders and publish by
 * renaming, so a reader never sees half an artifact and a repeated attempt starts clean (see attempts.ts).
 */
export class Workspace {
  private mark: string | undefined;

  /** @param minFreeBytes with less space than this left, nothing new is begun */
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

  /** How many frames the first stage made, by counting them. @throws FramesMissingError when there is none, or a gap */
  async countFrames(id: string): Promise<number> {
    const names = new Set(await readdir(this.path(id, 'src_frame')).catch(emptyIfMissing));
    for (let n = 0; n < names.size; n++) if (!names.has(frameName(n))) throw new FramesMissingError(n);
    if (names.size === 0) throw new FramesMissingError(0);
    return names.size;
  }

  /** Whether each of so many frames has its detections, as the second stage left them. */
  async hasDetections(id: string, frames: number): Promise<boolean> {
    const names = new Set(await readdir(this.path(id, 'txts')).catch(emptyIfMissing));
    return Array.from({ length: frames }, (_, n) => txtName(n)).every((name) => names.has(name));
  }

  /** A place for a file that is still arriving, under the name it will have. Then `admit` or `discard` its folder. */
  async receive(originalName: string): Promise<Arrival> {
    const folder = join(this.root, INCOMING, randomUUID());
    await makeFolders(join(this.root, INCOMING), folder, join(folder, 'src'));
    return { folder, path: join(folder, 'src', safeFileName(originalName)) };
  }

  /** Makes an arrived file the source of job `id`, in one rename: `<id>/src/<name>`. It is synced to the disk first. */
  async admit(id: string, { folder, path }: Arrival): Promise<void> {
    await sync(path);
    const now = new Date();
    await utimes(folder, now, now); // it was made when the upload began: as old as that it would pass for a leftover
    await rename(folder, join(this.root, id));
    await syncFolder(this.root);
  }

  async discard(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /**
   * Removes what an upload or a removal left behind that was killed: everything under way in which nothing has
   * happened for `ageMs`, by the volume's own clock. A file that is still arriving is younger than that, whoever
   * receives it: each of its bytes renews its time.
   * @param partialMs the same for uploads that may be gone on with, which wait for their clients
   * @returns how many were removed, and the errors of those that could not be
   */
  async sweepIncoming(ageMs: number, partialMs: number): Promise<Swept> {
    const incoming = join(this.root, INCOMING);
    const entries = await readdir(incoming).catch(emptyIfMissing);
    const failures: unknown[] = [];
    if (entries.length === 0) return { removed: 0, failures };
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
        failures.push(error); // one entry that stays must not keep the others
      }
    }
    return { removed, failures };
  }

  /**
   * Removes a job's folder: out of sight at once, in one rename, then file by file. Does nothing when there is none.
   * Once it is out of sight, files that cannot be removed yet are left to `sweepIncoming`: on NFS, one that is still
   * being read stays as `.nfs…` until its reader closes it, and so do its folders.
   * @throws VolumeGoneError, the file system's error: then the folder is where it was
   */
  async remove(id: string): Promise<void> {
    await this.checkMark(); // a volume that is not mounted must not look like one without the folder
    await this.removeFolder(join(this.root, id), id);
  }

  /** Puts a job's folder away, in one rename, to be restored or removed later. Does nothing when there is none. */
  async quarantine(id: string): Promise<void> {
    const folder = join(this.root, id);
    await makeFolders(join(this.root, QUARANTINE));
    const now = new Date();
    await utimes(folder, now, now).catch(ignoreMissing); // its time in the quarantine begins
    await rename(folder, join(this.root, QUARANTINE, id)).catch(ignoreMissing);
  }

  /** The folders in the quarantine, with the time at which each was put there. */
  async quarantined(): Promise<JobFolder[]> {
    const found: JobFolder[] = [];
    try {
      for await (const folder of jobFolders(join(this.root, QUARANTINE))) found.push(folder);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return found;
  }

  /** Takes a folder back from the quarantine. @returns false where the job has another folder by now */
  async restore(id: string): Promise<boolean> {
    try {
      await rename(join(this.root, QUARANTINE, id), join(this.root, id));
      return true;
    } catch (error) {
      if (['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) return false;
      throw error;
    }
  }

  /** Removes a folder from the quarantine. Does nothing when there is none. */
  async removeQuarantined(id: string): Promise<void> {
    await this.removeFolder(join(this.root, QUARANTINE, id), id);
  }

  /** From now on the volume has to have this mark (see mark.ts). */
  expectMark(mark: string): void {
    this.mark = mark;
  }

  /** Proves that the volume is the right one and can be written. @throws VolumeGoneError, the file system's error */
  async check(): Promise<void> {
    await this.checkMark();
    await this.probe();
  }

  /**
   * Makes sure that something new can be begun. Costs no write.
   * @param bytes that it will take, as far as that is known
   * @throws VolumeGoneError, VolumeFullError, the file system's error
   */
  async checkSpace(bytes = 0): Promise<void> {
    await this.checkMark();
    const { bavail, bsize } = await statfs(this.root);
    const [free, wanted] = [bavail * bsize, bytes + this.minFreeBytes];
    if (free < wanted) throw new VolumeFullError(free, wanted);
  }

  private async removeFolder(folder: string, id: string): Promise<void> {
    const doomed = join(this.root, INCOMING, `${DELETED}${id}-${randomUUID()}`);
    await makeFolders(join(this.root, INCOMING));
    try {
      await rename(folder, doomed);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await this.discard(doomed).catch(() => undefined); // what is still being read goes with a later sweep
  }

  private async checkMark(): Promise<void> {
    if (this.mark !== undefined && (await readMark(this.root)) !== this.mark)
      throw new VolumeGoneError(this.root);
  }

  /** Writes a file for as long as it is looked at. */
  private async probe(look: (file: string) => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    await mkdir(join(this.root, INCOMING), { recursive: true });
    const file = join(this.root, INCOMING, `probe-${randomUUID()}`);
    try {
      await writeFile(file, 'x');
      await look(file);
    } finally {
      await rm(file, { force: true });
    }
  }
}

export function emptyIfMissing(error: unknown): string[] {
  if (isMissing(error)) return [];
  throw error;
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

/** Makes folders, each in the one before, where they are not there. Node's recursive mkdir tells ENOENT of a read-only volume. */
async function makeFolders(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await mkdir(folder).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }
}

/** Writes the file's data to the disk itself. */
export async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes renames in a folder durable. Some network file systems refuse to; they are durable by themselves. */
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

/** When something was last written, or was renamed with `ctime`, in ms; never for what has just gone: it is no leftover. */
async function lastChange(path: string, kind: 'mtime' | 'ctime' = 'mtime'): Promise<number> {
  try {
    return (await lstat(path))[`${kind}Ms`];
  } catch (error) {
    if (isMissing(error)) return Infinity;
    throw error;
  }
}

/** The last change of what lies in `.incoming`: of a removed job since it was moved there, of an upload down to its file. */
async function lastActivity(path: string): Promise<number> {
  if (basename(path).startsWith(DELETED)) return lastChange(path, 'ctime');
  const files = await readdir(join(path, 'src')).catch(() => undefined);
  if (!files) return lastChange(path);
  const all = [path, join(path, 'src'), ...files.map((name) => join(path, 'src', name))];
  const times = await Promise.all(all.map((one) => lastChange(one)));
  return Math.max(...times.filter(Number.isFinite));
}

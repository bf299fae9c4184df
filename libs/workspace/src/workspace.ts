import { randomUUID } from 'node:crypto';
import { access, lstat, mkdir, open, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { safeFileName } from './file-name';

/** What a stage leaves in a job's folder, by the names of the contract. */
export type Artifact = 'src' | 'src_frame' | 'txts' | 'tar_frame' | 'target' | 'detections.ndjson';

/** Names of the files inside the artifacts. `n` counts frames from 0 and is not padded. */
export const frameName = (n: number) => `frame_${n}.jpg`;
export const txtName = (n: number) => `infer${n}.txt`;
export const tarName = (n: number) => `tar_${n}.jpg`;
export const targetName = (id: string) => `target_${id}.avi`;

/** What a job's folder is called, below `.incoming`, while it is removed. */
const DELETED = 'deleted-';

/** A file on its way in: it lies at `path`, in a folder of its own, and belongs to no job yet. */
export interface Arrival {
  readonly folder: string;
  readonly path: string;
}

/** A private folder that nobody else reads or writes, on the same volume as the job's folder. */
export interface Attempt {
  readonly id: string;
  readonly folder: string;
  /** Path inside the attempt's folder. */
  path(...parts: string[]): string;
}

/**
 * The shared volume: a folder per job, named by its id. Stages work in private attempt folders and publish by
 * renaming, so a reader never sees half an artifact and a repeated attempt starts clean.
 */
export class Workspace {
  constructor(readonly root: string) {}

  path(id: string, artifact: Artifact, ...parts: string[]): string {
    return join(this.root, id, artifact, ...parts);
  }

  /** The annotated video of a complete job. */
  target(id: string): string {
    return this.path(id, 'target', targetName(id));
  }

  /** The uploaded file. @throws SourceMissing */
  async source(id: string): Promise<string> {
    const [name] = await readdir(this.path(id, 'src')).catch(emptyIfMissing);
    if (name === undefined) throw new SourceMissing();
    return this.path(id, 'src', name);
  }

  /** How many frames the first stage made, by counting them. @throws FramesMissing when there is none, or a gap */
  async countFrames(id: string): Promise<number> {
    const names = new Set(await readdir(this.path(id, 'src_frame')).catch(emptyIfMissing));
    for (let n = 0; n < names.size; n++) if (!names.has(frameName(n))) throw new FramesMissing(n);
    if (names.size === 0) throw new FramesMissing(0);
    return names.size;
  }

  /** A place for a file that is still arriving, under the name it will have. Then `admit` or `discard` its folder. */
  async receive(originalName: string): Promise<Arrival> {
    const folder = join(this.root, '.incoming', randomUUID());
    await mkdir(join(folder, 'src'), { recursive: true });
    return { folder, path: join(folder, 'src', safeFileName(originalName)) };
  }

  /** Makes an arrived file the source of job `id`, in one rename: `<id>/src/<name>`. It is synced to the disk first. */
  async admit(id: string, { folder, path }: Arrival): Promise<void> {
    await sync(path);
    await rename(folder, join(this.root, id));
    await syncFolder(this.root);
  }

  async discard(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
  }

  /**
   * Removes what an upload or a removal left behind that was killed: everything under way in which nothing has
   * happened for `ageMs`, by the volume's own clock. A file that is still arriving is younger than that, whoever
   * receives it: each of its bytes renews its time.
   * @returns how many were removed
   */
  async sweepIncoming(ageMs: number): Promise<number> {
    const incoming = join(this.root, '.incoming');
    const entries = await readdir(incoming).catch(emptyIfMissing);
    if (entries.length === 0) return 0;
    const clock = join(this.root, `.check-${randomUUID()}`);
    await writeFile(clock, '');
    const now = await lastChange(clock);
    await rm(clock);
    let swept = 0;
    for (const entry of entries) {
      const path = join(incoming, entry);
      if (now - (await lastActivity(path)) <= ageMs) continue;
      await this.discard(path);
      swept++;
    }
    return swept;
  }

  /** Starts an attempt of a stage, after removing what an earlier attempt of it left. */
  async begin(id: string, stage: string, token: string): Promise<Attempt> {
    const prefix = `.attempt-${stage}-`;
    const jobFolder = join(this.root, id);
    await mkdir(jobFolder, { recursive: true });
    for (const entry of await readdir(jobFolder)) {
      if (entry.startsWith(prefix)) await this.discard(join(jobFolder, entry));
    }
    const folder = join(jobFolder, prefix + token);
    await mkdir(folder);
    return { id, folder, path: (...parts) => join(folder, ...parts) };
  }

  /**
   * Publishes artifacts of an attempt under their contract names, in place of what an earlier attempt published.
   * A single file is synced first; folders hold frames, which can be made again, and are not synced one by one.
   */
  async publish(attempt: Attempt, artifacts: readonly Artifact[]): Promise<void> {
    for (const artifact of artifacts) {
      const published = this.path(attempt.id, artifact);
      if (await exists(published)) await rename(published, attempt.path(`old-${artifact}`));
      await rename(attempt.path(artifact), published);
    }
    await syncFolder(join(this.root, attempt.id));
  }

  /** Ends an attempt: removes what it did not publish, and the job's folder if the job was deleted meanwhile. */
  async end(attempt: Attempt): Promise<void> {
    await this.discard(attempt.folder);
    await rmdir(join(this.root, attempt.id)).catch(() => undefined); // not empty unless the job is gone
  }

  /** Removes a job's folder: out of sight at once, then file by file. Does nothing when there is none. */
  async remove(id: string): Promise<void> {
    const doomed = join(this.root, '.incoming', `${DELETED}${id}-${randomUUID()}`);
    await mkdir(join(this.root, '.incoming'), { recursive: true });
    try {
      await rename(join(this.root, id), doomed);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await this.discard(doomed);
  }

  /** Proves that the volume can be written. @throws the file system's error */
  async check(): Promise<void> {
    await mkdir(this.root, { recursive: true });
    const probe = join(this.root, `.check-${randomUUID()}`);
    await writeFile(probe, '');
    await rm(probe);
  }
}

/** The uploaded file is not on the volume: no attempt can mend that. */
export class SourceMissing extends Error {
  readonly code = 'SOURCE_MISSING';
  readonly inputFault = true;
  constructor() {
    super('The uploaded file is no longer on the volume. Upload the video again.');
  }
}

/** The frames that an earlier stage published are not all there. */
export class FramesMissing extends Error {
  readonly code = 'FRAMES_MISSING';
  readonly inputFault = true;
  constructor(n: number) {
    super(`${frameName(n)} is not on the volume. Upload the video again.`);
  }
}

function emptyIfMissing(error: unknown): string[] {
  if (isMissing(error)) return [];
  throw error;
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
async function syncFolder(folder: string): Promise<void> {
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
  const files = await readdir(join(path, 'src')).catch(() => []);
  const all = [path, join(path, 'src'), ...files.map((name) => join(path, 'src', name))];
  const times = await Promise.all(all.map((one) => lastChange(one)));
  return Math.max(...times.filter(Number.isFinite));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

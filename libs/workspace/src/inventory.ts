import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '#errors';

/** A folder named like a job. */
export interface JobFolder {
  readonly id: string;
  /** When an entry was last added or removed, by the volume's clock. */
  readonly changedAt: Date;
}

/** The folders of jobs on a volume, unordered. */
export async function* jobFolders(root: string): AsyncGenerator<JobFolder> {
  for await (const entry of await opendir(root)) {
    if (!entry.isDirectory() || !/^[0-9a-f]{24}$/.test(entry.name)) continue;
    const stats = await lstat(join(root, entry.name)).catch(() => undefined); // it may have been removed in the meantime
    if (stats) yield { id: entry.name, changedAt: stats.mtime };
  }
}

/** Total bytes of all files in a folder, without following links; 0 if it does not exist. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  try {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) bytes += await folderBytes(path);
      else bytes += (await lstat(path).catch(() => ({ size: 0 }))).size;
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return bytes;
}

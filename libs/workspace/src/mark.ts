import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, isMissing } from '#errors';

/** A file in the root that distinguishes a volume from others, and from an empty mount point. */
export const MARK = '.boxreel-volume';

/** Folder for files without a job: uploads, deletions and temporary files. Swept regularly. */
export const INCOMING = '.incoming';

/** Folder that keeps job folders without a record for a while, by job id. */
export const QUARANTINE = '.quarantine';

/** The mark of a volume; undefined if it has none. @throws the file system's error */
export async function readMark(root: string): Promise<string | undefined> {
  try {
    return (await readFile(join(root, MARK), 'utf8')).trim();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Marks a volume, unless another process is faster.
 * @returns the mark of the volume. @throws the file system's error
 */
export async function makeMark(root: string): Promise<string> {
  await mkdir(join(root, INCOMING), { recursive: true });
  const draft = join(root, INCOMING, `mark-${randomUUID()}`);
  await writeFile(draft, `${randomUUID()}\n`, { flush: true });
  try {
    await link(draft, join(root, MARK)); // atomic, and never replaces an existing mark
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
  const mark = await readMark(root);
  if (mark === undefined) throw new Error(`${MARK} disappeared after it was written`);
  return mark;
}

import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, isMissing } from '#errors';

/** A file in the root of a volume that tells it from every other, and from a folder where nothing is mounted. */
export const MARK = '.boxreel-volume';

/** Where everything lies that belongs to no job: what arrives, what goes, what lives for a moment. It is swept. */
export const INCOMING = '.incoming';

/** Where folders of jobs without a record are kept for a while, by the id of the job. */
export const QUARANTINE = '.quarantine';

/** The mark of a volume; undefined where it has none. @throws the file system's error */
export async function readMark(root: string): Promise<string | undefined> {
  try {
    return (await readFile(join(root, MARK), 'utf8')).trim();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Gives a volume a mark, unless another process is quicker.
 * @returns the mark that it has now. @throws the file system's error
 */
export async function makeMark(root: string): Promise<string> {
  await mkdir(join(root, INCOMING), { recursive: true });
  const draft = join(root, INCOMING, `mark-${randomUUID()}`);
  await writeFile(draft, `${randomUUID()}\n`, { flush: true });
  try {
    await link(draft, join(root, MARK)); // whole or not at all, and never over another
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
  const mark = await readMark(root);
  if (mark === undefined) throw new Error(`${MARK} is gone again`);
  return mark;
}

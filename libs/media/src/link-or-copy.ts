import { copyFile, link } from 'node:fs/promises';

/**
 * Gives a file a second name, for output frames that repeat one. Some file systems know no hard links, or only so many
 * of one file: then it is copied.
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

import { copyFile, link } from 'node:fs/promises';

/**
 * Hard-links a file, for output frames that repeat another. Copies it if the file system has no links or limits their
 * number.
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

import { stat } from 'node:fs/promises';

/** Fingerprint of files: it stays the same while none of them changes, appears or disappears. */
export async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = files.map((file) =>
    stat(file).then(
      ({ ino, mtimeMs, size }) => `${ino} ${mtimeMs} ${size}`,
      () => 'gone',
    ),
  );
  return (await Promise.all(stamps)).join('\n');
}

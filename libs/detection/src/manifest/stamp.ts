import { stat } from 'node:fs/promises';

/** Tells apart the states of files: as long as none of them changes, appears or goes, their stamp is the same. */
export async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = files.map((file) =>
    stat(file).then(
      ({ ino, mtimeMs, size }) => `${ino} ${mtimeMs} ${size}`,
      () => 'gone',
    ),
  );
  return (await Promise.all(stamps)).join('\n');
}

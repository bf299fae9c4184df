import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mapOrdered } from '#flow';
import { txtName } from '#workspace';
import { inChunks } from './chunks';
import { zip } from './zip';

/** Files read concurrently, because each takes milliseconds on a network volume. */
const READ_AHEAD = 16;

/**
 * A ZIP archive of a job's txt files, with their names on the volume.
 * @param folder the folder of the txt files
 * @param frames number of frames, each with one txt file
 * @throws the file system's error if a file cannot be read
 */
export async function* txtsZip(folder: string, frames: number): AsyncGenerator<Buffer, void, undefined> {
  const { mtime } = await stat(folder);
  const contents = mapOrdered(Array(frames).keys(), READ_AHEAD, (n) => readFile(join(folder, txtName(n))));
  yield* inChunks(zip({ count: frames, name: txtName, contents, date: mtime }));
}

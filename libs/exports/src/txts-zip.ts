import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mapOrdered } from '#flow';
import { txtName } from '#workspace';
import { inChunks } from './chunks';
import { storedZip } from './zip';

/** Files read at once: on a network volume each takes some milliseconds. */
const READ_AHEAD = 16;

/**
 * A ZIP archive of a job's txt files, under the names they have on the volume.
 * @param folder of the txts
 * @param frames how many there are, one a frame
 * @throws the file system's error where one cannot be read
 */
export async function* txtsZip(folder: string, frames: number): AsyncGenerator<Buffer, void, undefined> {
  const { mtime } = await stat(folder);
  const contents = mapOrdered(Array(frames).keys(), READ_AHEAD, (n) => readFile(join(folder, txtName(n))));
  yield* inChunks(storedZip({ count: frames, name: txtName, contents, date: mtime }));
}

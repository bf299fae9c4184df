import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeClip } from '../clip';
import type { Size } from '../options';

const run = promisify(execFile);

/** Makes JPEGs: the frames of the bench's clip. @returns their paths */
export async function makePictures(folder: string, size: Size, count: number): Promise<string[]> {
  const clip = await makeClip(folder, 'pictures.mp4', size, count);
  const target = join(folder, 'pictures');
  await mkdir(target);
  await run('ffmpeg', ['-nostdin', '-loglevel', 'error', '-i', clip, '-q:v', '2', join(target, '%d.jpg')]);
  return (await readdir(target)).map((name) => join(target, name));
}

import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeClip } from '../clip';
import type { Size } from '../options';

const run = promisify(execFile);

/** Extracts the frames of the bench's clip as JPEGs. @returns their paths */
export async function makeImages(folder: string, size: Size, count: number): Promise<string[]> {
  const clip = await makeClip(folder, 'images.mp4', size, count);
  const target = join(folder, 'images');
  await mkdir(target);
  await run('ffmpeg', ['-nostdin', '-loglevel', 'error', '-i', clip, '-q:v', '2', join(target, '%d.jpg')]);
  return (await readdir(target)).map((name) => join(target, name));
}

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { H264, ffmpeg, source } from '../support/video';

/** A short video and the expected result. */
export interface Clip {
  readonly name: string;
  readonly path: string;
  /** Frames of its AVI; undefined if the job must fail. */
  readonly frames: number | undefined;
}

/** Valid clips of several lengths and sizes, and one whose frames are noise. */
export async function makeClips(folder: string): Promise<Clip[]> {
  const make = async (name: string, filter: string, frames: number | undefined, ...args: string[]) => {
    const path = await ffmpeg(join(folder, name), ...source(filter), ...args, ...H264);
    return { name, path, frames };
  };
  const sound = ['-f', 'lavfi', '-i', 'sine=d=3', '-c:a', 'aac', '-shortest'];
  const broken = await make(
    'broken.mp4',
    'testsrc2=s=160x120:r=10:d=2',
    undefined,
    '-movflags',
    '+faststart',
  );
  await destroyFrames(broken.path);
  return [
    await make('short.mp4', 'testsrc2=s=160x120:r=10:d=1', 10),
    await make('long.mp4', 'testsrc2=s=320x240:r=15:d=8', 120),
    await make('with sound 소리.mp4', 'testsrc2=s=320x180:r=12:d=3', 36, ...sound),
    broken,
  ];
}

/** Keeps the header and overwrites the frames with noise. */
async function destroyFrames(path: string): Promise<void> {
  const bytes = await readFile(path);
  const start = bytes.indexOf('mdat') + 4;
  for (let k = start; k < bytes.length; k++) bytes[k] = (k * 2_654_435_761) >>> 24;
  await writeFile(path, bytes);
}

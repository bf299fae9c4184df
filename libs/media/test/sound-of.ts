import { mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { extractSound, probe, splitFrames } from '../src';

/** Extracts the sound of a video as the preprocess stage does. @returns options for `openVideo` */
export async function soundOf(video: string): Promise<{ sound?: string }> {
  const outDir = await mkdtemp(join(dirname(video), 'frames-'));
  const { timeline, tracks } = await splitFrames(video, await probe(video), { outDir, concurrency: 3 });
  const target = join(outDir, 'sound.flac');
  const { sound } = await extractSound(video, { target, timeline, tracks });
  return sound ? { sound: target } : {};
}

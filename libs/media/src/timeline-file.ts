import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { isMissing } from '#errors';
import type { Rational } from './rational';
import { Timeline } from './timeline';

const positive = z.int().min(1);
const Stored = z.object({
  frameRate: z.object({ num: positive, den: positive }),
  origin: z.number(),
  runs: z.array(z.tuple([positive, positive])),
});

/** Keeps a timeline beside the frames that were made on it. */
export async function writeTimeline(file: string, timeline: Timeline): Promise<void> {
  await writeFile(file, JSON.stringify(timeline.toStored()));
}

/**
 * Reads it back.
 * @param frameRate of frames that have none, which version 0.1 made: each is a source frame
 * @param frames how many of those there are
 * @throws the file system's error; ZodError where the file is damaged
 */
export async function readTimeline(file: string, frameRate: Rational, frames: number): Promise<Timeline> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (text === undefined) return Timeline.constant(frameRate, frames);
  return Timeline.fromStored(Stored.parse(JSON.parse(text)));
}

import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { isMissing } from '#errors';
import { VideoTrack } from './facts';
import type { Rational } from './rational';
import { Timeline } from './timeline';

const positive = z.int().min(1);
const Stored = z.object({
  frameRate: z.object({ num: positive, den: positive }),
  origin: z.number(),
  runs: z.array(z.tuple([positive, positive])),
  track: VideoTrack.optional(),
});

/** A timeline and, if stages decode the source again, the track to decode. */
export interface TimelineFile {
  readonly timeline: Timeline;
  readonly track?: VideoTrack;
}

/** Stores a timeline in the folder of its job. */
export async function writeTimeline(file: string, { timeline, track }: TimelineFile): Promise<void> {
  const stored = { ...timeline.toStored(), ...(track && { track: VideoTrack.parse(track) }) };
  await writeFile(file, JSON.stringify(stored));
}

/**
 * Reads a stored timeline. Jobs created by version 0.1 have no timeline; each output frame is one source frame.
 * @param frameRate rate of frames without a stored timeline
 * @param frames number of frames without a stored timeline
 * @returns undefined without a stored timeline and `frames`
 * @throws the file system's error; ZodError if the file is damaged
 */
export async function readTimeline(
  file: string,
  frameRate: Rational,
  frames: number | undefined,
): Promise<TimelineFile | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (text === undefined) {
    return frames === undefined ? undefined : { timeline: Timeline.constant(frameRate, frames) };
  }
  const { track, ...timeline } = Stored.parse(JSON.parse(text));
  return { timeline: Timeline.fromStored(timeline), ...(track && { track }) };
}

import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { isMissing } from '#errors';
import { AnnotationError } from './errors';

const fraction = z.number().min(0).max(1);
const frame = z.int().min(0);

const entry = z.object({
  /** From 1, in order of first appearance. */
  id: z.int().min(1),
  label: z.string(),
  classIndex: z.int().min(0),
  /** The first and the last frame, and their times in seconds. */
  firstFrame: frame,
  lastFrame: frame,
  firstTime: z.number(),
  lastTime: z.number(),
  /** Boxes, and how many of them were detected. */
  boxes: z.int(),
  detections: z.int(),
  /** The best score of a detection, and its first frame; null if no score is known. */
  bestScore: fraction.nullable(),
  bestFrame: frame,
  /** Mean of all boxes: left, top, right, bottom as fractions of the frame. */
  meanBox: z.tuple([fraction, fraction, fraction, fraction]),
  /** Frame, and the middle of the lower side of the box as fractions of the frame: 1 to 65 points over the track. */
  path: z.array(z.tuple([frame, fraction, fraction])),
});

const file = z.object({
  /** Frames per second. */
  frameRate: z.number(),
  /** By id. */
  tracks: z.array(entry),
});

/** A track of a finished video. */
export type TrackEntry = z.infer<typeof entry>;

/** The tracks of a video, as stored in `tracks.json`. */
export type Tracks = z.infer<typeof file>;

export async function writeTracks(path: string, tracks: Tracks): Promise<void> {
  await writeFile(path, JSON.stringify(tracks));
}

/** @throws AnnotationError BAD_TRACKS; the file system's error if the file cannot be read */
export async function readTracks(path: string): Promise<Tracks> {
  const text = await readFile(path, 'utf8');
  try {
    return file.parse(JSON.parse(text));
  } catch (cause) {
    throw new AnnotationError('BAD_TRACKS', `"${basename(path)}" is not a valid list of tracks.`, { cause });
  }
}

/**
 * The tracks of a job; undefined if it has none, because tracking was off or an earlier version processed it.
 * @throws AnnotationError BAD_TRACKS; the file system's error if an existing file cannot be read
 */
export async function findTracks(path: string): Promise<Tracks | undefined> {
  return readTracks(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}

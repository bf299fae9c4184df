import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { encodeFrame, writeTracks, type TrackEntry, type TrackedDetection } from '#annotation';
import type { Detection } from '#detection';
import type { Video } from '../src';
import { seeded, type Random } from '../../../test/support/random';

export const LABELS = ['person', 'bicycle', 'car', '사람 "1", <b>&</b> --> x'];

export const VIDEO: Video = {
  ...{ id: '64b000000000000000000001', filename: 'street.mp4' },
  ...{ width: 1920, height: 1080, frameRate: { num: 30_000, den: 1001 }, frames: 400 },
};

/** Up to eight detections per frame, none in every third; an eighth of the scores is unknown. */
function detectionsOf(n: number, random: Random): Detection[] {
  const count = n % 3 === 2 ? 0 : Math.floor(random() * 9);
  return Array.from({ length: count }, () => {
    const classIndex = Math.floor(random() * LABELS.length);
    const [left, top] = [random() * 0.8, random() * 0.8];
    return {
      label: LABELS[classIndex] ?? '',
      classIndex,
      score: random() < 1 / 8 ? NaN : random(),
      box: [left, top, left + random() * 0.2, top + random() * 0.2] as const,
    };
  });
}

export async function writeScores(file: string, frames: number): Promise<void> {
  const random = seeded(7);
  function* lines(): Generator<string> {
    for (let n = 0; n < frames; n++) yield encodeFrame(n, detectionsOf(n, random));
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
}

/** Frames that an object is there, and between two objects that appear. */
const STAY = 40;
const EVERY = 8;

/** Object k in frame n: moves to the right; every 5th frame is filled in, in a straight line. */
function objectAt(k: number, n: number): TrackedDetection {
  const classIndex = k % LABELS.length;
  const left = 0.02 * (k % 10) + 0.01 * (n - k * EVERY);
  const score = 0.25 + 0.05 * (k % 10) + (n === k * EVERY ? 0.1 : 0);
  return {
    ...{ label: LABELS[classIndex] ?? '', classIndex, score, track: k + 1 },
    box: [left, 0.1 * (k % 8), left + 0.05, 0.1 * (k % 8) + 0.2],
    ...(n % 5 === 4 && n > k * EVERY && n < k * EVERY + STAY - 1 && { filled: true as const }),
  };
}

/** Every 50th frame has a detection that belongs to no track. */
const LONELY = { label: 'person', classIndex: 0, score: 0.9, box: [0.9, 0.9, 1, 1] } as const;

/** The boxes of frame n of a video with tracks, one of which starts every 8 frames and lasts for 40. */
export function trackedBoxes(n: number): TrackedDetection[] {
  const newest = Math.floor(n / EVERY);
  const first = Math.max(0, Math.floor((n - STAY) / EVERY) + 1);
  const objects = Array.from({ length: newest - first + 1 }, (_, index) => objectAt(first + index, n));
  return n % 50 === 0 ? [LONELY, ...objects] : objects;
}

/** Writes the frames and tracks of such a video. */
export async function writeTracked(scores: string, tracks: string, frames: number): Promise<void> {
  function* lines(): Generator<string> {
    for (let n = 0; n < frames; n++) yield encodeFrame(n, trackedBoxes(n));
  }
  await pipeline(Readable.from(lines()), createWriteStream(scores));
  const rate = VIDEO.frameRate.num / VIDEO.frameRate.den;
  const entries = Array.from({ length: Math.ceil(frames / EVERY) }, (_, k): TrackEntry => {
    const [firstFrame, lastFrame] = [k * EVERY, Math.min(frames, k * EVERY + STAY) - 1];
    const { track = 0, label, classIndex, score, box } = objectAt(k, firstFrame);
    const boxes = lastFrame - firstFrame + 1;
    return {
      ...{ id: track, label, classIndex, firstFrame, lastFrame, boxes, detections: boxes },
      ...{ firstTime: firstFrame / rate, lastTime: lastFrame / rate },
      ...{ bestScore: score, bestFrame: firstFrame, meanBox: [...box], path: [[firstFrame, 0.5, 0.5]] },
    };
  });
  await writeTracks(tracks, { frameRate: rate, tracks: entries });
}

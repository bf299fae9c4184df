import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { encodeFrame } from '#annotation';
import type { Detection } from '#detection';
import type { Video } from '../src';
import { seeded, type Random } from '../../../test/support/random';

export const LABELS = ['person', 'bicycle', 'car', '사람 "1", <b>&</b> --> x'];

export const VIDEO: Video = {
  ...{ id: '64b000000000000000000001', filename: 'street.mp4' },
  ...{ width: 1920, height: 1080, frameRate: { num: 30_000, den: 1001 } },
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

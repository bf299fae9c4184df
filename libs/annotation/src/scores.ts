import type { Detection } from '#detection';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AnnotationError } from './errors';
import { roundFraction } from './txt';

/** The detections of one frame. */
export interface FrameDetections {
  /** Number of the frame, from 0. */
  readonly n: number;
  readonly boxes: readonly Detection[];
}

const fraction = z.number().min(0).max(1);
const Frame = z.object({
  n: z.int().min(0),
  boxes: z.array(
    z.object({
      label: z.string(),
      classIndex: z.int().min(0),
      score: fraction.nullable().transform((score) => score ?? NaN), // JSON has no NaN: an unknown score is null
      box: z.tuple([fraction, fraction, fraction, fraction]),
    }),
  ),
});

/** Line separators of node:readline that JSON does not escape. Labels of custom models may contain them. */
const UNICODE_LINE_ENDS = /[\u2028\u2029]/g;

/** One line of a job's scores file (NDJSON), including the newline. Rounds fractions and scores to a millionth. */
export function encodeFrame(n: number, detections: readonly Detection[]): string {
  const boxes = detections.map(({ label, classIndex, score, box }) => ({
    label,
    classIndex,
    score: roundFraction(score),
    box: box.map(roundFraction),
  }));
  const json = JSON.stringify({ n, boxes });
  return `${json.replace(UNICODE_LINE_ENDS, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'))}\n`;
}

/**
 * Reads a scores file line by line, keeping one line in memory.
 *
 * @throws AnnotationError BAD_SCORES, naming the line; the file system's error if the file cannot be read
 */
export async function* readFrames(file: string): AsyncGenerator<FrameDetections, void, undefined> {
  const input = createReadStream(file);
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      yield decodeFrame(line, ++number, basename(file));
    }
  } finally {
    input.destroy();
  }
}

function decodeFrame(line: string, number: number, file: string): FrameDetections {
  try {
    return Frame.parse(JSON.parse(line));
  } catch (cause) {
    throw new AnnotationError(
      'BAD_SCORES',
      `Line ${number} of "${file}" is not a valid frame of detections.`,
      {
        cause,
      },
    );
  }
}

import type { Detection } from '#detection';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AnnotationError } from './errors';
import { isAbove, type BestScores } from './threshold';
import { roundFraction } from './txt';

/** A detection, or a box between two detections of a track. */
export interface TrackedDetection extends Detection {
  /** Id of its track, from 1; absent if it belongs to none. */
  readonly track?: number;
  /** The box was not detected in this frame: it lies on the track. */
  readonly filled?: true;
}

/** The detections of one frame. */
export interface FrameDetections {
  /** Number of the frame, from 0. */
  readonly n: number;
  /** Above the job's score threshold or, at any score, of a track whose best score is; best first. */
  readonly boxes: readonly TrackedDetection[];
  /** Below the threshold but above SCORE_FLOOR, best first; undefined if there are none. */
  readonly low?: readonly Detection[];
}

const fraction = z.number().min(0).max(1);
const Boxes = z.array(
  z.object({
    label: z.string(),
    classIndex: z.int().min(0),
    score: fraction.nullable().transform((score) => score ?? NaN), // JSON has no NaN: an unknown score is null
    box: z.tuple([fraction, fraction, fraction, fraction]),
    track: z.int().min(1).exactOptional(),
    filled: z.literal(true).exactOptional(),
  }),
);
const Frame = z.object({ n: z.int().min(0), boxes: Boxes, low: Boxes.exactOptional() });

/** Line separators of node:readline that JSON does not escape. Labels of custom models may contain them. */
const UNICODE_LINE_ENDS = /[\u2028\u2029]/g;

/** One line of a job's scores file (NDJSON), including the newline. Rounds fractions and scores to a millionth. */
export function encodeFrame(
  n: number,
  detections: readonly TrackedDetection[],
  low: readonly Detection[] = [],
): string {
  const json = JSON.stringify({
    n,
    boxes: detections.map(rounded),
    ...(low.length > 0 && { low: low.map(rounded) }),
  });
  return `${json.replace(UNICODE_LINE_ENDS, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'))}\n`;
}

function rounded({ track, filled, ...detection }: TrackedDetection): TrackedDetection {
  const stored = roundDetection(detection);
  return track === undefined ? stored : { ...stored, track, ...(filled && { filled }) };
}

/** A detection as it is read from a scores file: fractions and score rounded to a millionth. */
export function roundDetection({ label, classIndex, score, box: [x1, y1, x2, y2] }: Detection): Detection {
  return {
    ...{ label, classIndex, score: roundFraction(score) },
    box: [roundFraction(x1), roundFraction(y1), roundFraction(x2), roundFraction(y2)],
  };
}

/**
 * The frames with all stored detections above another score than the job's threshold, as `boxes`; see `isAbove`.
 * @param best the best scores of the job's tracks; default: none
 */
export async function* withScoreAbove(
  frames: AsyncIterable<FrameDetections>,
  score: number,
  best?: BestScores,
): AsyncGenerator<FrameDetections, void, undefined> {
  for await (const { n, boxes, low = [] } of frames) {
    yield { n, boxes: [...boxes, ...low].filter((detection) => isAbove(detection, score, best)) };
  }
}

/**
 * Reads a scores file line by line, keeping one line in memory.
 *
 * @param from where to start: `byte` is the offset of a line, `line` its number from 0
 * @throws AnnotationError BAD_SCORES, naming the line; the file system's error if the file cannot be read
 */
export async function* readFrames(
  file: string,
  from = { byte: 0, line: 0 },
): AsyncGenerator<FrameDetections, void, undefined> {
  const input = createReadStream(file, from.byte > 0 ? { start: from.byte } : {}); // pipes have no positions
  let number = from.line;
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

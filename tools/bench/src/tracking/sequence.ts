import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '#tracking';

/** A box of an object: in ground truth, or of a track. */
export interface TrackBox {
  /** Number of the object or track. */
  readonly id: number;
  readonly box: Box;
}

/** Boxes by frame, from 0. */
export type Tracks = readonly (readonly TrackBox[])[];

interface TruthBox extends TrackBox {
  /** Whether to count the box; others only remove or excuse boxes of a tracker. */
  readonly counts: boolean;
  /** A box of a tracker on it is removed before counting. */
  readonly distracts: boolean;
}

export interface SequenceDetection {
  readonly box: Box;
  readonly score: number;
  readonly classIndex: 0;
}

/** A sequence in the layout of MOTChallenge: `det.txt` and `gt.txt`, each also accepted in a folder of its name. */
export interface Sequence {
  readonly name: string;
  /** Detections by frame, from 0. */
  readonly detections: readonly (readonly SequenceDetection[])[];
  readonly truth: readonly (readonly TruthBox[])[];
}

/** MOTChallenge's placeholder. */
const UNKNOWN = -1;

const PEDESTRIAN = 1;

/** Person on vehicle, static person, distractor, reflection: as in TrackEval's preprocessing of MOT16 and MOT17. */
const DISTRACTORS = [2, 7, 8, 12];

/** Names of the folders in `folder` that have a sequence, sorted. */
export function listSequences(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && fileOf(folder, entry.name, 'det') && fileOf(folder, entry.name, 'gt'),
    )
    .map(({ name }) => name)
    .sort();
}

export function readSequence(folder: string, name: string): Sequence {
  const det = fileOf(folder, name, 'det');
  const gt = fileOf(folder, name, 'gt');
  if (det === undefined || gt === undefined) throw new Error(`"${name}" has no det.txt and gt.txt.`);
  return parseSequence(name, readFileSync(det, 'utf8'), readFileSync(gt, 'utf8'));
}

/**
 * Columns: frame from 1, id, left, top, width, height, score (in truth: 0 to leave out), class, visibility
 * (https://motchallenge.net/instructions/). Files of 2D MOT 2015 have no class: all boxes are pedestrians.
 */
export function parseSequence(name: string, det: string, gt: string): Sequence {
  const truth = parse(gt);
  const detections = parse(det);
  const frames = [...truth, ...detections].reduce((last, { frame }) => Math.max(last, frame + 1), 0);
  return {
    name,
    detections: byFrame(frames, detections, ({ box, mark }) => ({
      box,
      score: mark === UNKNOWN ? NaN : Math.min(1, mark), // some detectors have no upper limit
      classIndex: 0 as const,
    })),
    truth: byFrame(frames, truth, ({ id, box, mark, kind }) => ({
      id,
      box,
      counts: mark !== 0 && (kind === PEDESTRIAN || kind < 0),
      distracts: DISTRACTORS.includes(kind),
    })),
  };
}

function fileOf(folder: string, name: string, kind: 'det' | 'gt'): string | undefined {
  return [join(folder, name, `${kind}.txt`), join(folder, name, kind, `${kind}.txt`)].find(existsSync);
}

interface Row {
  readonly frame: number;
  readonly id: number;
  readonly box: Box;
  readonly mark: number;
  readonly kind: number;
}

function parse(text: string): Row[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [frame = NaN, id = NaN, x = NaN, y = NaN, width = NaN, height = NaN, mark = 1, kind = -1] = line
        .split(',')
        .map(Number);
      if (![frame, id, x, y, width, height].every(Number.isFinite))
        throw new Error(`Invalid line "${line}".`);
      return { frame: frame - 1, id, box: [x, y, x + width, y + height] as const, mark, kind };
    });
}

function byFrame<T>(frames: number, rows: readonly Row[], convert: (row: Row) => T): T[][] {
  const all: T[][] = Array.from({ length: frames }, () => []);
  for (const row of rows) all[row.frame]?.push(convert(row));
  return all;
}

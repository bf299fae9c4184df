import { BadRequestException } from '@nestjs/common';
import {
  classColour,
  cssColour,
  isAbove,
  readFrames,
  type BestScores,
  type FrameDetections,
} from '#annotation/files';
import { labelsIn, type BoxesQuery, type BoxesResource } from '#contract';

/** Boxes after which a page ends early: about 200 kB. */
const MAX_BOXES = 5_000;

/** Tolerance for times that were rounded to milliseconds, in frames. */
const TOLERANCE = 0.05;

/** Digits of a fraction, as a factor: an error of 0.2 pixels in a frame of 4096. */
const PRECISION = 10_000;

interface FrameRate {
  readonly num: number;
  readonly den: number;
}

/** The frames `first` to `end - 1`. */
interface FrameRange {
  readonly first: number;
  readonly end: number;
}

interface PageSource {
  readonly path: string;
  /** A line at or before the first frame of the range. */
  readonly from: { readonly line: number; readonly byte: number };
  readonly video: { readonly frameRate: FrameRate };
  readonly range: FrameRange & { readonly total: number };
  readonly query: BoxesQuery;
  /** The best score of each track. */
  readonly tracks: BestScores;
}

/**
 * The frames that are shown between `from` and `to`, from the cursor on.
 * @param total frames of the video
 * @throws BadRequestException if `to` is before `from`
 */
export function rangeOf(
  { from = 0, to, cursor }: Pick<BoxesQuery, 'from' | 'to' | 'cursor'>,
  { num, den }: FrameRate,
  total: number,
): FrameRange & { readonly total: number } {
  if (to !== undefined && to < from)
    throw new BadRequestException(`to is ${to}: expected at least ${from}, the value of from.`);
  const rate = num / den;
  const end = to === undefined ? total : Math.min(total, Math.ceil(to * rate - TOLERANCE));
  const first = Math.max(Number(cursor ?? 0), Math.floor(from * rate + TOLERANCE));
  return { first: Math.min(first, total), end: Math.max(Math.min(first, total), end), total };
}

/** Reads one page. Keeps one line of the file in memory, and the page. */
export async function readPage(source: PageSource): Promise<BoxesResource> {
  const { path, from, video, range, query, tracks } = source;
  const { num, den } = video.frameRate;
  const { first, end: last, total } = range;
  const classes = new Map<number, string>();
  const shown = new Set<number>();
  const frames: BoxesResource['frames'] = [];
  const wanted = wantedBy(query, tracks);
  let end = Math.min(last, first + query.limit);
  let boxes = 0;
  if (first < end) {
    for await (const frame of readFrames(path, from)) {
      const { n } = frame;
      if (n >= end) break;
      const found = n < first ? [] : wanted(frame);
      for (const { classIndex, label, track } of found) {
        classes.set(classIndex, label);
        if (track !== undefined) shown.add(track);
      }
      if (found.length > 0) frames.push({ n, boxes: found.map(encode) });
      boxes += found.length;
      if (boxes >= MAX_BOXES) end = n + 1;
      if (n + 1 >= end) break;
    }
  }
  return {
    ...{ frameRate: num / den, total, first, end },
    classes: [...classes].map(([classIndex, label]) => ({
      ...{ classIndex, label, colour: cssColour(classColour(classIndex)) },
    })),
    tracks: [...tracks].flatMap(([id, score]) =>
      shown.has(id) ? [{ id, score: roundedUp(score), colour: cssColour(classColour(id)) }] : [],
    ),
    frames,
    nextCursor: end < last ? String(end) : null,
  };
}

type Boxes = FrameDetections['boxes'];

function wantedBy(
  { minScore = 0, classes }: BoxesQuery,
  tracks: BestScores,
): (frame: FrameDetections) => Boxes {
  const labels = labelsIn(classes);
  return ({ boxes, low = [] }) =>
    [...boxes, ...low].filter(
      (box) => isAbove(box, minScore, tracks) && (labels === undefined || labels.includes(box.label)),
    );
}

function encode({ classIndex, score, box, track }: Boxes[number]): (number | null)[] {
  const edges = box.map((edge) => Math.round(edge * PRECISION) / PRECISION);
  return [classIndex, roundedUp(score), ...edges, track ?? null];
}

/** A score above a threshold of up to four decimals stays above it. @returns null if the score is unknown (NaN) */
const roundedUp = (score: number) =>
  Number.isNaN(score) ? null : Math.ceil(score * PRECISION - 1e-6) / PRECISION;

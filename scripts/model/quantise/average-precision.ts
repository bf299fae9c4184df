import { type Detection } from '#detection';

type Box = Detection['box'];

/** One labelled object of an image. */
export interface Truth {
  readonly box: Box;
  readonly classIndex: number;
}

/** The labelled objects of an image and its detections (at most 100 count). */
export interface Scored {
  readonly truths: readonly Truth[];
  readonly detections: readonly Pick<Detection, 'box' | 'classIndex' | 'score'>[];
}

const DETECTIONS_PER_IMAGE = 100;
/** IoU .50, .55, ... .95. */
const THRESHOLDS = Array.from({ length: 10 }, (_, i) => 0.5 + 0.05 * i);

/**
 * Average precision as defined by COCO (https://cocodataset.org/#detection-eval), for objects of any size and without
 * crowds: the mean over IoU thresholds and over the classes that occur, 0..1.
 */
export function averagePrecision(images: readonly Scored[]): { ap: number; ap50: number } {
  const classes = new Set(images.flatMap(({ truths }) => truths.map(({ classIndex }) => classIndex)));
  const at = (iou: number): number =>
    mean([...classes].map((classIndex) => ofClass(images, classIndex, iou)));
  const perThreshold = THRESHOLDS.map(at);
  return { ap: mean(perThreshold), ap50: perThreshold[0] ?? 0 };
}

function ofClass(images: readonly Scored[], classIndex: number, iou: number): number {
  const outcomes: { score: number; hit: boolean }[] = [];
  let known = 0;
  for (const image of images) {
    const open = image.truths.filter((truth) => truth.classIndex === classIndex).map(({ box }) => box);
    known += open.length;
    const best = [...image.detections].sort((a, b) => b.score - a.score).slice(0, DETECTIONS_PER_IMAGE);
    for (const { box, score } of best.filter((detection) => detection.classIndex === classIndex)) {
      const match = bestMatch(box, open, iou);
      if (match !== undefined) open.splice(match, 1);
      outcomes.push({ score, hit: match !== undefined });
    }
  }
  return interpolated(outcomes, known);
}

/** Index of the truth with the largest overlap, if that is at least `iou`. */
function bestMatch(box: Box, truths: readonly Box[], iou: number): number | undefined {
  const overlaps = truths.map((truth) => overlap(box, truth));
  const most = Math.max(...overlaps);
  return most >= iou - 1e-10 ? overlaps.indexOf(most) : undefined;
}

/** Mean, over recalls 0, .01, ... 1, of the best precision at that recall or a higher one. */
function interpolated(outcomes: { score: number; hit: boolean }[], known: number): number {
  let hits = 0;
  const curve = outcomes
    .sort((a, b) => b.score - a.score)
    .map(({ hit }, i) => {
      if (hit) hits++;
      return { recall: hits / known, precision: hits / (i + 1) };
    });
  let best = 0;
  for (const point of curve.toReversed()) point.precision = best = Math.max(best, point.precision);
  const recalls = Array.from({ length: 101 }, (_, i) => i / 100);
  return mean(recalls.map((recall) => curve.find((point) => point.recall >= recall)?.precision ?? 0));
}

/** Intersection over union, 0..1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = ([x1, y1, x2, y2]: Box): number => (x2 - x1) * (y2 - y1);
  return (width * height) / (area(a) + area(b) - width * height);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

import type { Detection } from '#detection';
import { averagePrecision, overlap, type Truth } from './average-precision';

/** Overlap above which two boxes of the same class are of the same object. */
const SAME_OBJECT = 0.5;

/** Largest loss of average precision that is accepted. */
const MAX_LOSS = 0.03;

/** Smallest share of boxes found again that is accepted. */
const MIN_SHARE = 0.9;

/** The detections of an image in two precisions, best first, and its labelled objects if known. */
export interface Compared {
  readonly truths: readonly Truth[] | undefined;
  readonly fp32: readonly Detection[];
  readonly int8: readonly Detection[];
}

/** How well int8 agrees with fp32. */
export interface Agreement {
  /** The share of boxes of fp32 above the threshold that int8 finds, too; 1 if there are none. */
  readonly share: number;
  /** Mean absolute difference of their scores. */
  readonly scoreDifference: number;
  /** Average precision on the labels, if there are any. */
  readonly ap: Record<'fp32' | 'int8', { readonly ap: number; readonly ap50: number }> | undefined;
  /** Whether the int8 model is a replacement. */
  readonly accepted: boolean;
}

/** @param threshold score that boxes of fp32 must exceed to be compared */
export function agreementOf(images: readonly Compared[], threshold: number): Agreement {
  const differences: number[] = [];
  let boxes = 0;
  for (const { fp32, int8 } of images) {
    const open = [...int8];
    for (const box of fp32.filter(({ score }) => score > threshold)) {
      boxes++;
      const partner = open.findIndex((other) => isSame(box, other));
      const [other] = partner < 0 ? [] : open.splice(partner, 1);
      if (other) differences.push(Math.abs(other.score - box.score));
    }
  }
  const share = boxes === 0 ? 1 : differences.length / boxes;
  const ap = scoreBoth(images);
  return {
    ...{ share, ap },
    scoreDifference: differences.reduce((sum, value) => sum + value, 0) / Math.max(1, differences.length),
    accepted: ap ? ap.fp32.ap - ap.int8.ap <= MAX_LOSS : share >= MIN_SHARE,
  };
}

function isSame(a: Detection, b: Detection): boolean {
  return a.classIndex === b.classIndex && overlap(a.box, b.box) > SAME_OBJECT;
}

function scoreBoth(images: readonly Compared[]): Agreement['ap'] {
  const labelled = images.flatMap(({ truths, ...found }) => (truths ? [{ truths, ...found }] : []));
  if (labelled.length === 0) return undefined;
  const of = (precision: 'fp32' | 'int8') =>
    averagePrecision(labelled.map(({ truths, ...found }) => ({ truths, detections: found[precision] })));
  return { fp32: of('fp32'), int8: of('int8') };
}

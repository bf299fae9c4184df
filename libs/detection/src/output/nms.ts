import { type Candidates } from './candidates';

export interface NmsOptions {
  /** Intersection over union, 0..1, above which the weaker of two boxes of a class is dropped. */
  readonly iou: number;
  /** Also drop at exactly `iou`; default false. */
  readonly atLimit?: boolean;
  /** Maximum number of boxes to keep, over all classes. */
  readonly max: number;
  /** Maximum number of candidates per class, best first; default all. */
  readonly perClass?: number;
}

/**
 * Greedy non-maximum suppression per class, best score first: drops a candidate that overlaps a kept one of its class
 * too much. Equal scores keep their order.
 *
 * @returns indices of the kept candidates, best first
 */
export function nms(
  { boxes, scores, classes }: Pick<Candidates, 'boxes' | 'scores' | 'classes'>,
  options: NmsOptions,
): number[] {
  const { iou, atLimit = false, max, perClass = Infinity } = options;
  const score = (i: number): number => scores[i] as number;
  const byScore = Array.from(scores, (_, i) => i).sort((a, b) => score(b) - score(a));
  const kept: number[] = [];
  const byClass = new Map<number, { seen: number; kept: number[] }>();
  for (const i of byScore) {
    if (kept.length === max) break;
    const classIndex = classes[i] as number;
    const own = byClass.get(classIndex) ?? { seen: 0, kept: [] };
    byClass.set(classIndex, own);
    if (own.seen++ >= perClass) continue;
    const covered = own.kept.some((k) => {
      const shared = overlap(boxes, k, i);
      return shared > iou || (atLimit && shared === iou);
    });
    if (covered) continue;
    own.kept.push(i);
    kept.push(i);
  }
  return kept;
}

/** Intersection over union of boxes i and j (corners at 4 * i and 4 * j); 0 where both are empty. */
export function overlap(boxes: ArrayLike<number>, i: number, j: number): number {
  const at = (box: number, side: number): number => boxes[4 * box + side] as number;
  const width = Math.min(at(i, 2), at(j, 2)) - Math.max(at(i, 0), at(j, 0));
  const height = Math.min(at(i, 3), at(j, 3)) - Math.max(at(i, 1), at(j, 1));
  if (width <= 0 || height <= 0) return 0;
  const area = (box: number): number => (at(box, 2) - at(box, 0)) * (at(box, 3) - at(box, 1));
  const shared = width * height;
  return shared / (area(i) + area(j) - shared);
}

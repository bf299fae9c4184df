/** Boxes that compete, as parallel arrays: candidate i has class `classes[i]` and its corners at `boxes[4 * i]`. */
export interface Candidates {
  /** x1, y1, x2, y2 of each candidate. */
  readonly boxes: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly classes: ArrayLike<number>;
}

/**
 * Greedy non-maximum suppression per class: best score first, a candidate is dropped if it overlaps a kept
 * one of its class by more than `iou`. Equal scores keep their order.
 *
 * @param iou intersection over union, 0..1
 * @param max how many to keep, over all classes
 * @returns indices of the kept candidates, best first
 */
export function nms({ boxes, scores, classes }: Candidates, iou: number, max: number): number[] {
  const score = (i: number): number => scores[i] as number;
  const byScore = Array.from(scores, (_, i) => i).sort((a, b) => score(b) - score(a));
  const kept: number[] = [];
  for (const i of byScore) {
    if (kept.length === max) break;
    if (!kept.some((k) => classes[k] === classes[i] && overlap(boxes, k, i) > iou)) kept.push(i);
  }
  return kept;
}

/** Intersection over union of boxes i and j; 0 where both are empty. */
export function overlap(boxes: ArrayLike<number>, i: number, j: number): number {
  const at = (box: number, side: number): number => boxes[4 * box + side] as number;
  const width = Math.min(at(i, 2), at(j, 2)) - Math.max(at(i, 0), at(j, 0));
  const height = Math.min(at(i, 3), at(j, 3)) - Math.max(at(i, 1), at(j, 1));
  if (width <= 0 || height <= 0) return 0;
  const area = (box: number): number => (at(box, 2) - at(box, 0)) * (at(box, 3) - at(box, 1));
  const shared = width * height;
  return shared / (area(i) + area(j) - shared);
}

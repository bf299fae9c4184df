import { clamp } from '../detection';

/** Boxes that scored enough, as parallel arrays: candidate i has class `classes[i]` and its corners at `boxes[4 * i]`. */
export class Candidates {
  /** x1, y1, x2, y2 of each candidate, as fractions of the input. */
  readonly boxes: number[] = [];
  readonly scores: number[] = [];
  readonly classes: number[] = [];

  /** Adds a box, cut off at the edges of the input; one that has no area there (or is no number) is left out. */
  add(x1: number, y1: number, x2: number, y2: number, score: number, classIndex: number): void {
    const left = clamp(x1);
    const top = clamp(y1);
    const right = clamp(x2);
    const bottom = clamp(y2);
    if (!(left < right && top < bottom)) return;
    this.boxes.push(left, top, right, bottom);
    this.scores.push(score);
    this.classes.push(classIndex);
  }
}

/**
 * Goes through a table of scores, as most graphs give it, and stops where one is worth a look.
 *
 * @param scores row-major [anchors, columns]
 * @param threshold what a score must exceed; one that is no number does not
 * @param classOf class index by column behind the background, -1 for columns that are not read (Classes.byColumn)
 * @param background columns before that of class 0
 */
export function scan(
  scores: Float32Array,
  columns: number,
  threshold: number,
  classOf: Int32Array,
  background: number,
  visit: (anchor: number, score: number, classIndex: number) => void,
): void {
  // one flat loop: nearly every score fails the threshold, and nothing else is looked at then
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at] as number;
    if (!(score > threshold)) continue;
    const classIndex = classOf[(at % columns) - background] ?? -1;
    if (classIndex >= 0) visit(Math.floor(at / columns), score, classIndex);
  }
}

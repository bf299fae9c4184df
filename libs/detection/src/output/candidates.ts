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
 * Where the largest of some values is.
 *
 * @param first index of the first of them
 * @param end index behind the last
 * @returns index into `values`; `first` where none is a number
 */
export function indexOfLargest(values: Float32Array, first: number, end: number): number {
  let best = first;
  let most = -Infinity;
  for (let at = first; at < end; at++) {
    const value = values[at] as number;
    if (value > most) {
      best = at;
      most = value;
    }
  }
  return best;
}

import { clamp } from '../detection';
import { ModelMismatchError } from '../errors';

/** How far values may lie beside 0..1 that are scores all the same: graphs in 8-bit integers round coarsely. */
export const SCORE_SLACK = 0.05;

/** Boxes that scored enough, as parallel arrays: candidate i has class `classes[i]` and its corners at `boxes[4 * i]`. */
export class Candidates {
  /** x1, y1, x2, y2 of each candidate, as fractions of the input. */
  readonly boxes: number[] = [];
  readonly scores: number[] = [];
  readonly classes: number[] = [];

  /**
   * Adds a box, cut off at the edges of the input; one that has no area there (or is no number) is left out.
   * @throws ModelMismatchError for a score that is none
   */
  add(x1: number, y1: number, x2: number, y2: number, score: number, classIndex: number): void {
    const left = clamp(x1);
    const top = clamp(y1);
    const right = clamp(x2);
    const bottom = clamp(y2);
    if (!(left < right && top < bottom)) return;
    this.boxes.push(left, top, right, bottom);
    this.scores.push(score <= 1 ? score : atMostOne(score));
    this.classes.push(classIndex);
  }
}

function atMostOne(score: number): number {
  if (score <= 1 + SCORE_SLACK) return 1;
  throw new ModelMismatchError(
    `The model gives a score of ${score.toPrecision(3)}, and scores are 0..1: its graph seems to lack the sigmoid or softmax that makes them. Export it with that.`,
  );
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

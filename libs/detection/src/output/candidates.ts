import { clamp } from '../detection';
import { ModelMismatchError } from '../errors';

/** Tolerance for scores outside 0..1: graphs in 8-bit integers round coarsely. */
export const SCORE_SLACK = 0.05;

/** Boxes above the threshold, as parallel arrays: candidate i has class `classes[i]` and its corners at `boxes[4 * i]`. */
export class Candidates {
  /** x1, y1, x2, y2 of each candidate, as fractions of the input. */
  readonly boxes: number[] = [];
  readonly scores: number[] = [];
  readonly classes: number[] = [];

  /**
   * Adds a box, clipped to the input; drops it if it has no area there or contains NaN.
   * @throws ModelMismatchError for an invalid score
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
    `The model returned a score of ${score.toPrecision(3)}; scores must be 0..1. Its graph probably lacks the sigmoid or softmax that computes them. Export it with that operation.`,
  );
}

/**
 * Index of the largest value in a range.
 *
 * @param first index of the first value
 * @param end index after the last
 * @returns index into `values`; `first` if all are NaN
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

/**
 * Indices of the values above a limit, in order; NaN is not above it. A function of its own, because V8 keeps this loop
 * over up to 170,000 values optimized: within `decode`, each image took 2 ms longer.
 */
export function indicesAbove(values: Float32Array, limit: number): number[] {
  const found: number[] = [];
  for (let at = 0; at < values.length; at++) {
    if ((values[at] as number) > limit) found.push(at);
  }
  return found;
}

import { SCORE_SLACK } from './candidates';

/** Signs in the outputs of a run that they follow another contract than the manifest's. */

/** Share of the rows that decides: a wrong contract affects most rows, rounding errors a few. */
const MANY = 0.1;
/** Boxes in fractions may exceed the image by less than this; nearly all boxes in pixels exceed it by more. */
const MAX_FRACTION = 3;
/** Rows from which "all of them" is not chance. */
const ENOUGH = 20;

/** Reads value k of row i. */
export type Rows = (row: number, k: number) => number;

/** Rows of `size` consecutive values. */
export function rowsOf(values: Float32Array, size: number): Rows {
  return (row, k) => values[row * size + k] as number;
}

/** Scores above this mark rows that a detector means; the boxes of others may be anything. */
const CONFIDENT = 0.01;

/** The rows with a score that counts; all rows if there are none. */
export function confident(
  rows: Rows,
  count: number,
  score: (row: number) => number,
): { rows: Rows; count: number } {
  const chosen = [...Array(count).keys()].filter((row) => score(row) > CONFIDENT);
  if (chosen.length === 0) return { rows, count };
  return { rows: (row, k) => rows(chosen[row] ?? 0, k), count: chosen.length };
}

/** Share of the rows that say something, 0..1, for which a condition holds; rows of equal values, such as padding, do not. */
export function share(rows: Rows, count: number, holds: (row: number) => boolean): number {
  let all = 0;
  let fulfilled = 0;
  for (let row = 0; row < count; row++) {
    if (!isInformative(rows, row)) continue;
    all++;
    if (holds(row)) fulfilled++;
  }
  return all === 0 ? 0 : fulfilled / all;
}

function isInformative(rows: Rows, row: number): boolean {
  const first = rows(row, 0);
  return rows(row, 1) !== first || rows(row, 2) !== first || rows(row, 3) !== first;
}

/** Many boxes, read as corners, end before they begin: they are probably centre and size. */
export function areInverted(rows: Rows, count: number): boolean {
  return share(rows, count, (i) => rows(i, 2) < rows(i, 0) || rows(i, 3) < rows(i, 1)) > MANY;
}

/** All boxes, read as centre and size, have sizes greater than their centres: they are probably corners. */
export function areCorners(rows: Rows, count: number): boolean {
  let informative = 0;
  for (let row = 0; row < count; row++) if (isInformative(rows, row)) informative++;
  const isCorner = (i: number) => rows(i, 2) > rows(i, 0) && rows(i, 3) > rows(i, 1);
  return informative >= ENOUGH && share(rows, count, isCorner) === 1;
}

/** Many boxes have a negative width or height. */
export function areNotSizes(rows: Rows, count: number): boolean {
  return share(rows, count, (i) => rows(i, 2) < 0 || rows(i, 3) < 0) > MANY;
}

/** Most boxes exceed the image so far that they cannot be fractions. */
export function arePixels(rows: Rows, count: number): boolean {
  return share(rows, count, (i) => [0, 1, 2, 3].some((k) => Math.abs(rows(i, k)) > MAX_FRACTION)) > 0.5;
}

/** There are boxes, and none is larger than two pixels: they are probably fractions. */
export function areFractions(rows: Rows, count: number): boolean {
  return share(rows, count, (i) => [0, 1, 2, 3].every((k) => Math.abs(rows(i, k)) <= 2)) === 1;
}

/** The first score, of a row that says something, that is not within 0..1; undefined if all are. */
export function notAScoreIn(rows: Rows, count: number, score: (row: number) => number): number | undefined {
  for (let row = 0; row < count; row++) {
    if (isInformative(rows, row) && notAScore([score(row)]) !== undefined) return score(row);
  }
  return undefined;
}

/** The first value that is not a score, 0..1; undefined if all are. */
export function notAScore(values: Iterable<number>): number | undefined {
  for (const value of values) if (value < -SCORE_SLACK || value > 1 + SCORE_SLACK) return value;
  return undefined;
}

/** All values are within 0..1, and some differ from 0 and 1. */
export function areScores(values: Float32Array): boolean {
  return values.length > 0 && notAScore(values) === undefined && values.some((v) => v > 0 && v < 1);
}

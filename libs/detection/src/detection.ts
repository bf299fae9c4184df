/** One object found in one picture. */
export interface Detection {
  /** Left, top, right, bottom as fractions of the picture, each 0..1, x1 <= x2, y1 <= y2. */
  readonly box: readonly [x1: number, y1: number, x2: number, y2: number];
  /** Index into the model's labels, from 0 (COCO: 0..79 in category order). */
  readonly classIndex: number;
  readonly label: string;
  /** Confidence, 0..1. */
  readonly score: number;
}

/** Cuts a fraction off at 0 and 1. */
export function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

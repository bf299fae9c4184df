/** One detected object. */
export interface Detection {
  /** Left, top, right, bottom as fractions of the image, each 0..1, x1 <= x2, y1 <= y2. */
  readonly box: readonly [x1: number, y1: number, x2: number, y2: number];
  /** Index into the model's labels, from 0 (COCO: 0..79 in category order). */
  readonly classIndex: number;
  readonly label: string;
  /** Confidence, 0..1. */
  readonly score: number;
}

/** Limits a fraction to 0..1. */
export function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

import type { Anchor } from '#contract';
import type { Point } from './geometry';

/** Width and height of the frame in pixels, as displayed. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** x1, y1, x2, y2 as fractions of the frame. */
type Box = readonly [number, number, number, number];

/** The point of a box that stands for its object. */
export function anchorOf([x1, y1, x2, y2]: Box, anchor: Anchor, size: Size): Point {
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const points: Readonly<Record<Anchor, Point>> = {
    bottom: [x, y2],
    centre: [x, y],
    top: [x, y1],
    left: [x1, y],
    right: [x2, y],
  };
  return toPixels(points[anchor], size);
}

/** @param fractions of the frame */
export function toPixels([x, y]: Point, { width, height }: Size): Point {
  return [x * width, y * height];
}

import { type RgbImage } from './rgb-image';

/** EXIF orientation: which edges of the upright image the first stored row and column are; 1 is upright. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/**
 * Rotates and mirrors an image so that it is upright. Orientations from 5 on swap rows and columns.
 *
 * @param target at least as many bytes as the image has
 * @returns the upright image, in `target`
 */
export function upright(
  { width, height, rgb }: RgbImage,
  orientation: Orientation,
  target: Uint8Array,
): RgbImage {
  const swapped = orientation >= 5;
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const line = 3 * width;
  // one step along a stored row and one to the next row, in the direction in which they are read
  const along = fromRight ? -3 : 3;
  const across = fromBottom ? -line : line;
  const [columns, rows] = swapped ? [height, width] : [width, height];
  const [columnStep, rowStep] = swapped ? [across, along] : [along, across];
  const start = (fromRight ? line - 3 : 0) + (fromBottom ? line * (height - 1) : 0);
  for (let row = 0, to = 0; row < rows; row++) {
    let from = start + row * rowStep;
    for (let column = 0; column < columns; column++, from += columnStep, to += 3) {
      target[to] = rgb[from] as number;
      target[to + 1] = rgb[from + 1] as number;
      target[to + 2] = rgb[from + 2] as number;
    }
  }
  return { width: columns, height: rows, rgb: target };
}

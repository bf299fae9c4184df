import type { Rgb } from './colours';

/** Pixels in memory: rows from the top, three bytes per pixel (red, green, blue), no padding. */
export interface RgbImage {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Integer pixels; left and top are inclusive, right and bottom exclusive. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Fills a rectangle, clipped to the image. */
export function fillRectangle(image: RgbImage, area: Rectangle, colour: Rgb): void {
  const { data, width, height } = image;
  const left = Math.max(0, area.left);
  const right = Math.min(width, area.right);
  const top = Math.max(0, area.top);
  const bottom = Math.min(height, area.bottom);
  if (left >= right || top >= bottom) return;
  const firstRow = (top * width + left) * 3;
  const rowBytes = (right - left) * 3;
  for (let at = firstRow; at < firstRow + rowBytes; at += 3) {
    data[at] = colour[0];
    data[at + 1] = colour[1];
    data[at + 2] = colour[2];
  }
  for (let y = top + 1; y < bottom; y++) {
    data.copyWithin((y * width + left) * 3, firstRow, firstRow + rowBytes);
  }
}

/** Draws the outline of a rectangle, `thickness` pixels wide, inside its bounds. */
export function drawOutline(image: RgbImage, area: Rectangle, thickness: number, colour: Rgb): void {
  const { left, top, right, bottom } = area;
  fillRectangle(image, { left, top, right, bottom: Math.min(bottom, top + thickness) }, colour);
  fillRectangle(image, { left, top: Math.max(top, bottom - thickness), right, bottom }, colour);
  fillRectangle(image, { left, top, right: Math.min(right, left + thickness), bottom }, colour);
  fillRectangle(image, { left: Math.max(left, right - thickness), top, right, bottom }, colour);
}

interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** Draws a straight line with square ends, clipped to the image. */
export function drawLine(image: RgbImage, from: Pixel, to: Pixel, thickness: number, colour: Rgb): void {
  const steps = Math.max(1, Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))));
  const half = Math.floor(thickness / 2);
  for (let step = 0; step <= steps; step++) {
    const left = Math.round(from.x + ((to.x - from.x) * step) / steps) - half;
    const top = Math.round(from.y + ((to.y - from.y) * step) / steps) - half;
    fillRectangle(image, { left, top, right: left + thickness, bottom: top + thickness }, colour);
  }
}

/** Copies `sprite` into the image with its top left corner at (left, top). It must fit. */
export function copySprite(image: RgbImage, sprite: RgbImage, left: number, top: number): void {
  const rowBytes = sprite.width * 3;
  for (let y = 0; y < sprite.height; y++) {
    sprite.data.copy(image.data, ((top + y) * image.width + left) * 3, y * rowBytes, (y + 1) * rowBytes);
  }
}

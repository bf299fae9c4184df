import type { Detection } from '#detection';
import type { Rectangle, RgbImage } from './draw';

/** A box in pixels, clamped to the frame and at least one pixel in size. */
export function toPixels(
  [x1, y1, x2, y2]: Detection['box'],
  { width, height }: Pick<RgbImage, 'width' | 'height'>,
): Rectangle {
  const left = clamp(Math.round(x1 * width), 0, width - 1);
  const top = clamp(Math.round(y1 * height), 0, height - 1);
  return {
    left,
    top,
    right: clamp(Math.round(x2 * width), left + 1, width),
    bottom: clamp(Math.round(y2 * height), top + 1, height),
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

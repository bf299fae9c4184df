import { createCanvas } from 'canvas';
import type { Detection } from '#detection';
import type { RgbImage } from './draw';
import { toPixels } from './pixels';

/** Background around an object, as a share of the longer side of its box. */
const MARGIN = 0.1;

/**
 * Cuts an object out of an image, with some background.
 * @param box fractions of the image
 * @param longSide pixels of the longer side at most; smaller objects keep their size
 * @returns a JPEG
 */
export function objectThumbnail(image: RgbImage, box: Detection['box'], longSide: number): Buffer {
  const { left, top, right, bottom } = widened(image, box);
  const [width, height] = [right - left, bottom - top];
  const full = createCanvas(width, height);
  const context = full.getContext('2d');
  const pixels = context.createImageData(width, height);
  for (let y = 0, to = 0; y < height; y++) {
    let from = ((top + y) * image.width + left) * 3;
    for (const end = from + 3 * width; from < end; from += 3, to += 4) {
      pixels.data[to] = image.data[from] ?? 0;
      pixels.data[to + 1] = image.data[from + 1] ?? 0;
      pixels.data[to + 2] = image.data[from + 2] ?? 0;
      pixels.data[to + 3] = 255;
    }
  }
  context.putImageData(pixels, 0, 0);
  const scale = Math.min(1, longSide / Math.max(width, height));
  const small = createCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const target = small.getContext('2d');
  target.quality = 'best';
  target.drawImage(full, 0, 0, small.width, small.height);
  return small.toBuffer('image/jpeg', { quality: 0.85 });
}

function widened(image: RgbImage, box: Detection['box']) {
  const { left, top, right, bottom } = toPixels(box, image);
  const margin = Math.round(MARGIN * Math.max(right - left, bottom - top));
  return {
    left: Math.max(0, left - margin),
    top: Math.max(0, top - margin),
    right: Math.min(image.width, right + margin),
    bottom: Math.min(image.height, bottom + margin),
  };
}

import { createCanvas, Image } from 'canvas';
import { BadImageError } from '../errors';
import type { PixelBuffer, RgbImage } from './rgb-image';

/** Longest side that node-canvas supports (Cairo counts in 16 bits). */
const MAX_SIDE = 32_767;

/** Pixels per strip. */
const STRIP_PIXELS = 1_000_000;

/**
 * Decodes with node-canvas and blends with white. Import 'canvas' in the main thread before using this in a worker;
 * otherwise the process crashes when the worker exits.
 *
 * @param what the format with its article, for errors
 * @param size from the image's header
 * @param buffer receives the pixels
 * @throws BadImageError if a side is too long, or the bytes cannot be decoded
 */
export function decodeWithCanvas(
  bytes: Buffer,
  what: string,
  { width, height }: { readonly width: number; readonly height: number },
  buffer: PixelBuffer,
): RgbImage {
  if (Math.max(width, height) > MAX_SIDE) {
    throw new BadImageError(
      `it is ${what} of ${width}x${height} pixels; the limit is ${MAX_SIDE} on each side`,
    );
  }
  const image = load(bytes, what);
  const rgb = buffer.ofSize(3 * width * height);
  // In strips: a canvas of the whole image and its pixels would take another 400 MB for the largest ones.
  const rows = Math.min(height, Math.ceil(STRIP_PIXELS / width));
  const context = createCanvas(width, rows).getContext('2d');
  context.fillStyle = 'white';
  for (let top = 0, to = 0; top < height; top += rows) {
    context.fillRect(0, 0, width, rows);
    context.drawImage(image, 0, -top);
    const rgba = context.getImageData(0, 0, width, Math.min(rows, height - top)).data;
    for (let from = 0; from < rgba.length; from += 4, to += 3) {
      rgb[to] = rgba[from] as number;
      rgb[to + 1] = rgba[from + 1] as number;
      rgb[to + 2] = rgba[from + 2] as number;
    }
  }
  return { width, height, rgb };
}

/** Decodes synchronously, as node-canvas does for a Buffer. */
function load(bytes: Buffer, what: string): Image {
  const image = new Image();
  let failure: Error | undefined;
  image.onerror = (error) => (failure = error);
  image.src = bytes;
  // The reasons of the decoders are not passed on.
  if (failure) throw new BadImageError(`it is ${what} that cannot be decoded`, { cause: failure });
  return image;
}

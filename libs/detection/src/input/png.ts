import { createCanvas, Image } from 'canvas';
import { BadImageError } from '../errors';
import { checkSize, type RgbImage, PixelBuffer } from './rgb-image';

/** Longest side that node-canvas supports (Cairo counts in 16 bits). */
const MAX_SIDE = 32_767;

/** Pixels per strip. */
const STRIP_PIXELS = 1_000_000;

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/**
 * Decodes PNGs of every kind with node-canvas. Import 'canvas' in the main thread
 * before using this in a worker; otherwise the process crashes when the worker exits.
 */
export class PngDecoder {
  private readonly rgb = new PixelBuffer();

  /**
   * @returns the image, blended with white; its pixels are valid until the next call
   * @throws BadImageError if the bytes are not a complete PNG, or the image is too large
   */
  decode(png: Buffer): RgbImage {
    const { width, height } = readPngHeader(png);
    checkSize(width, height);
    if (Math.max(width, height) > MAX_SIDE) {
      throw new BadImageError(
        `it is a PNG of ${width}x${height} pixels; the limit is ${MAX_SIDE} on each side`,
      );
    }
    const image = load(png);
    const rgb = this.rgb.ofSize(3 * width * height);
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
}

/** Decodes synchronously, as node-canvas does for a Buffer. */
function load(png: Buffer): Image {
  const image = new Image();
  let failure: Error | undefined;
  image.onerror = (error) => (failure = error);
  image.src = png;
  // libpng's reasons are not passed on.
  if (failure) throw new BadImageError('it is a PNG that cannot be decoded', { cause: failure });
  return image;
}

export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE);
}

/**
 * Size of a PNG, from its first chunk, the header (https://www.w3.org/TR/png/, section 5). Checks that all chunks are
 * complete: node-canvas reads beyond the end of a truncated image.
 *
 * @throws BadImageError if it is incomplete
 */
function readPngHeader(png: Buffer): { width: number; height: number } {
  const type = (at: number): string => png.toString('latin1', at + 4, at + 8);
  let at = SIGNATURE.length;
  if (png.length < at + 25 || type(at) !== 'IHDR') throw new BadImageError('its PNG header is invalid');
  const [width, height] = [png.readUInt32BE(at + 8), png.readUInt32BE(at + 12)];
  if (width === 0 || height === 0) throw new BadImageError('its PNG header is invalid');
  // a chunk: length of its data, type, data, checksum
  while (at + 12 <= png.length) {
    const end = at + 12 + png.readUInt32BE(at);
    if (type(at) === 'IEND' && end <= png.length) return { width, height };
    at = end;
  }
  throw new BadImageError('it is a truncated PNG');
}

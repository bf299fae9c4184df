import { createCanvas, Image } from 'canvas';
import { BadImageError } from '../errors';
import { checkSize, type Picture, PixelBuffer } from './picture';

/** Longest side that node-canvas takes (Cairo counts in 16 bits). */
const MAX_SIDE = 32_767;

/** Pixels that are drawn at once. */
const STRIP_PIXELS = 1_000_000;

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/**
 * Decodes PNGs of every kind through node-canvas. Threads may use it only if the main thread has imported 'canvas'
 * before: otherwise the process crashes when they end.
 */
export class PngDecoder {
  private readonly rgb = new PixelBuffer();

  /**
   * @returns the picture, on white where it is transparent; its pixels are valid until the next call
   * @throws BadImageError if the bytes are no complete PNG, or the picture is too large
   */
  decode(png: Buffer): Picture {
    const { width, height } = readPngHeader(png);
    checkSize(width, height);
    if (Math.max(width, height) > MAX_SIDE) {
      throw new BadImageError(
        `it is a PNG of ${width}x${height} pixels, more than the ${MAX_SIDE} allowed on a side`,
      );
    }
    const image = load(png);
    const rgb = this.rgb.ofSize(3 * width * height);
    // in strips: a canvas of the whole picture and its pixels would be another 400 MB for the largest ones
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

/** Decodes at once, as node-canvas does where the source is a Buffer. */
function load(png: Buffer): Image {
  const image = new Image();
  let failure: Error | undefined;
  image.onerror = (error) => (failure = error);
  image.src = png;
  // libpng's reasons do not get through to here
  if (failure) throw new BadImageError('it is a PNG that cannot be decoded', { cause: failure });
  return image;
}

export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE);
}

/**
 * Size of a PNG, from the header chunk that comes first (https://www.w3.org/TR/png/, section 5). All chunks are
 * walked over, to the last: node-canvas reads on behind the end of the bytes where the picture is cut off.
 *
 * @throws BadImageError if it is not complete
 */
export function readPngHeader(png: Buffer): { width: number; height: number } {
  const type = (at: number): string => png.toString('latin1', at + 4, at + 8);
  let at = SIGNATURE.length;
  if (png.length < at + 25 || type(at) !== 'IHDR') throw new BadImageError('its PNG header is broken');
  const [width, height] = [png.readUInt32BE(at + 8), png.readUInt32BE(at + 12)];
  if (width === 0 || height === 0) throw new BadImageError('its PNG header is broken');
  // each chunk: length of its data, type, data, checksum
  while (at + 12 <= png.length) {
    const end = at + 12 + png.readUInt32BE(at);
    if (type(at) === 'IEND' && end <= png.length) return { width, height };
    at = end;
  }
  throw new BadImageError('it is a PNG that is cut off');
}

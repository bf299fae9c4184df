import { BadImageError } from '../errors';
import { decodeWithCanvas } from './canvas-image';
import { checkSize, type RgbImage, PixelBuffer } from './rgb-image';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** Decodes PNGs of every kind with node-canvas; see `decodeWithCanvas` about worker threads. */
export class PngDecoder {
  private readonly rgb = new PixelBuffer();

  /**
   * @returns the image, blended with white; its pixels are valid until the next call
   * @throws BadImageError if the bytes are not a complete PNG, or the image is too large
   */
  decode(png: Buffer): RgbImage {
    const { width, height } = readPngHeader(png);
    checkSize(width, height);
    return decodeWithCanvas(png, 'a PNG', { width, height }, this.rgb);
  }
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

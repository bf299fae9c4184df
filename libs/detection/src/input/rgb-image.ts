import { BadImageError } from '../errors';

/** Maximum number of pixels: more than 8K video, and far below the limit of the decoders (2^31 bytes). */
const MAX_PIXELS = 50_000_000;

/** Longest side: the most that libjpeg encodes, because annotated images are JPEGs. */
const MAX_SIDE = 65_500;

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** Interleaved RGB, row by row, 0..255; at least 3 * width * height bytes. */
  readonly rgb: Uint8Array;
}

/**
 * Call with the size from an image's header, before allocating memory for its pixels.
 * @throws BadImageError
 */
export function checkSize(width: number, height: number): void {
  if (width * height > MAX_PIXELS) {
    throw new BadImageError(`it has ${width}x${height} pixels; the limit is ${MAX_PIXELS} pixels`);
  }
  if (Math.max(width, height) > MAX_SIDE) {
    throw new BadImageError(`it has ${width}x${height} pixels; the limit is ${MAX_SIDE} on each side`);
  }
}

/** Memory that is reused for every image and grows to the largest one. */
export class PixelBuffer {
  private buffer = Buffer.alloc(0);

  /** @returns at least `bytes` bytes with undefined content; the same memory each time */
  ofSize(bytes: number): Buffer {
    if (this.buffer.length < bytes) this.buffer = Buffer.allocUnsafeSlow(bytes);
    return this.buffer;
  }
}

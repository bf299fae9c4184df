import { BadImageError } from '../errors';

/** Pixels beyond which a picture is refused: above 8K video, and far below what a decoder can count (2^31 bytes). */
const MAX_PIXELS = 50_000_000;

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Interleaved RGB, row by row, 0..255; at least 3 * width * height bytes. */
  readonly rgb: Uint8Array;
}

/**
 * To be asked with the size from a picture's header, before memory is taken for its pixels.
 * @throws BadImageError
 */
export function checkSize(width: number, height: number): void {
  if (width * height > MAX_PIXELS) {
    throw new BadImageError(`it has ${width}x${height} pixels, more than the ${MAX_PIXELS} that are allowed`);
  }
}

/** Memory that is used again for every picture: it grows to the largest one. */
export class PixelBuffer {
  private buffer = Buffer.alloc(0);

  /** @returns at least `bytes` bytes, with anything in them; the same memory each time */
  ofSize(bytes: number): Buffer {
    if (this.buffer.length < bytes) this.buffer = Buffer.allocUnsafeSlow(bytes);
    return this.buffer;
  }
}

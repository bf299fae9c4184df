import { decompressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { BadImage } from '../errors';

/** Pixels beyond which a picture is refused: above 8K video, and far below what the decoder can count (2^31 bytes). */
const MAX_PIXELS = 50_000_000;

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Interleaved RGB, row by row, 0..255; at least 3 * width * height bytes. */
  readonly rgb: Uint8Array;
}

/** Decodes JPEGs into one buffer that grows to the largest picture seen. */
export class JpegDecoder {
  private buffer = Buffer.alloc(0);

  /**
   * @returns the picture; its pixels are valid until the next call
   * @throws BadImage if the bytes are no complete JPEG or the picture is too large
   */
  decode(jpeg: Buffer): Picture {
    const { width, height } = jpegSize(jpeg);
    if (width * height > MAX_PIXELS) {
      throw new BadImage(`it has ${width}x${height} pixels, more than the ${MAX_PIXELS} that are allowed`);
    }
    const bytes = 3 * width * height;
    if (this.buffer.length < bytes) this.buffer = Buffer.allocUnsafeSlow(bytes);
    try {
      decompressSync(jpeg, this.buffer, { format: FORMAT_RGB });
    } catch (error) {
      throw new BadImage(`it cannot be decoded: ${(error as Error).message}`, { cause: error });
    }
    return { width, height, rgb: this.buffer };
  }
}

/**
 * Width and height from a JPEG's frame header (ITU-T T.81, annex B.2.2). Asked before decoding, because
 * the decoder's own size computation overflows on absurd sizes.
 *
 * @throws BadImage if there is no such header
 */
export function jpegSize(jpeg: Buffer): { width: number; height: number } {
  if (jpeg.length < 4 || jpeg.readUInt16BE(0) !== 0xffd8) throw new BadImage('it is not a JPEG');
  let at = 2;
  while (at + 9 <= jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    if (isFrameHeader(marker)) {
      const [width, height] = [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
      if (width === 0 || height === 0) break;
      return { width, height };
    }
    at += 2 + jpeg.readUInt16BE(at + 2);
  }
  throw new BadImage('its JPEG header is broken');
}

/** SOF0..SOF15, without the three other markers in that range: DHT (C4), JPG (C8) and DAC (CC). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

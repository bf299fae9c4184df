import { decompressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { BadImageError } from '../errors';
import { exifOrientation } from './exif';
import { checkSize, type RgbImage, PixelBuffer } from './rgb-image';
import { type Orientation, upright } from './upright';

/** The header of a JPEG. */
export interface JpegHeader {
  /** Stored size, before rotation. */
  readonly width: number;
  readonly height: number;
  /** 1 greyscale, 3 colour, 4 CMYK. */
  readonly components: number;
  readonly orientation: Orientation;
}

/** Decodes colour and greyscale JPEGs into buffers that grow to the largest image so far. */
export class JpegDecoder {
  private readonly decoded = new PixelBuffer();
  private readonly turned = new PixelBuffer();

  /**
   * @param header from `readJpegHeader`, if read already
   * @returns the image, rotated by its EXIF orientation; its pixels are valid until the next call
   * @throws BadImageError if the bytes are not a complete JPEG, or the image is too large
   */
  decode(jpeg: Buffer, header = readJpegHeader(jpeg)): RgbImage {
    const { width, height, orientation } = header;
    checkSize(width, height);
    const bytes = 3 * width * height;
    const rgb = this.decoded.ofSize(bytes);
    try {
      decompressSync(jpeg, rgb, { format: FORMAT_RGB });
    } catch (error) {
      // The decoder gives no reason: its message is 'No error'.
      throw new BadImageError('it is a truncated or damaged JPEG', { cause: error });
    }
    if (orientation === 1) return { width, height, rgb };
    return upright({ width, height, rgb }, orientation, this.turned.ofSize(bytes));
  }
}

export function isJpeg(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt16BE(0) === 0xffd8;
}

/**
 * Reads the segments of a JPEG up to its frame header (ITU-T T.81, annex B.2.2). Needed before decoding, because the
 * decoder's own size computation overflows for absurd sizes.
 *
 * @throws BadImageError if there is no frame header
 */
export function readJpegHeader(jpeg: Buffer): JpegHeader {
  let orientation: Orientation = 1;
  let at = 2;
  while (at + 10 <= jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    if (isFrameHeader(marker)) {
      const [width, height] = [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
      if (width === 0 || height === 0) break;
      return { width, height, components: jpeg.readUInt8(at + 9), orientation };
    }
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (marker === 0xe1) orientation = exifOrientation(jpeg.subarray(at + 4, end)) ?? orientation;
    at = end;
  }
  throw new BadImageError('its JPEG header is invalid');
}

/** SOF0..SOF15, without the other markers in that range: DHT (C4), JPG (C8) and DAC (CC). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

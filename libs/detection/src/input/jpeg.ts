import { decompressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { BadImageError } from '../errors';
import { exifOrientation } from './exif';
import { checkSize, type Picture, PixelBuffer } from './picture';
import { type Orientation, upright } from './upright';

/** What a JPEG says of itself before its pixels. */
export interface JpegHeader {
  /** Size as it is stored, before turning. */
  readonly width: number;
  readonly height: number;
  /** 1 greyscale, 3 colour, 4 CMYK. */
  readonly components: number;
  readonly orientation: Orientation;
}

/** Decodes JPEGs, in buffers that grow to the largest picture seen. */
export class JpegDecoder {
  private readonly decoded = new PixelBuffer();
  private readonly turned = new PixelBuffer();

  /**
   * @returns the picture, turned as its EXIF orientation says; its pixels are valid until the next call
   * @throws BadImageError if the bytes are no complete JPEG, or the picture is too large or in CMYK
   */
  decode(jpeg: Buffer): Picture {
    const { width, height, components, orientation } = readJpegHeader(jpeg);
    checkSize(width, height);
    if (components === 4) {
      throw new BadImageError('it is a JPEG in the colours of print (CMYK); save it as RGB');
    }
    const bytes = 3 * width * height;
    const rgb = this.decoded.ofSize(bytes);
    try {
      decompressSync(jpeg, rgb, { format: FORMAT_RGB });
    } catch (error) {
      // the decoder gives no reasons: its message is 'No error'
      throw new BadImageError('it is a JPEG that cannot be decoded: it is cut short or damaged', {
        cause: error,
      });
    }
    if (orientation === 1) return { width, height, rgb };
    return upright({ width, height, rgb }, orientation, this.turned.ofSize(bytes));
  }
}

export function isJpeg(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt16BE(0) === 0xffd8;
}

/**
 * Reads the segments of a JPEG up to its frame header (ITU-T T.81, annex B.2.2). Asked before decoding, because the
 * decoder's own size computation overflows on absurd sizes.
 *
 * @throws BadImageError if there is no such header
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
  throw new BadImageError('its JPEG header is broken');
}

/** SOF0..SOF15, without the three other markers in that range: DHT (C4), JPG (C8) and DAC (CC). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

import { describeContent } from '../content';
import { BadImageError } from '../errors';
import { isJpeg, JpegDecoder, readJpegHeader } from './jpeg';
import { type RgbImage } from './rgb-image';
import { decodeWithSharp } from './sharp';

/** Decodes images of all supported formats; detects the format from the bytes. */
export class ImageDecoder {
  private readonly jpeg = new JpegDecoder();

  /**
   * @returns the upright image in RGB; its pixels are valid until the next call
   * @throws BadImageError if the bytes are not a complete image that can be decoded, or it is too large
   */
  async decode(bytes: Buffer): Promise<RgbImage> {
    if (isJpeg(bytes)) {
      const header = readJpegHeader(bytes);
      // jpeg-turbo, the fastest for video frames, does not convert CMYK and YCCK
      return header.components === 4 ? await decodeWithSharp(bytes, 'JPEG') : this.jpeg.decode(bytes, header);
    }
    const what = describeContent(bytes);
    if (what === 'a PNG image') return decodeWithSharp(bytes, 'PNG');
    if (what === 'a WebP image') return decodeWithSharp(bytes, 'WebP');
    throw new BadImageError(
      `it is not a JPEG, PNG or WebP image${what === undefined ? '' : `, but ${what}`}`,
    );
  }
}

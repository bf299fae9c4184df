import { describeContent } from '../content';
import { BadImageError } from '../errors';
import { isJpeg, JpegDecoder } from './jpeg';
import { type RgbImage } from './rgb-image';
import { isPng, PngDecoder } from './png';

/** Decodes images of all supported formats; detects the format from the bytes. */
export class ImageDecoder {
  private readonly jpeg = new JpegDecoder();
  private readonly png = new PngDecoder();

  /**
   * @returns the upright image; its pixels are valid until the next call
   * @throws BadImageError if the bytes are not a complete image that can be decoded, or it is too large
   */
  decode(bytes: Buffer): RgbImage {
    if (isJpeg(bytes)) return this.jpeg.decode(bytes);
    if (isPng(bytes)) return this.png.decode(bytes);
    const what = describeContent(bytes);
    throw new BadImageError(`it is neither a JPEG nor a PNG${what === undefined ? '' : `, but ${what}`}`);
  }
}

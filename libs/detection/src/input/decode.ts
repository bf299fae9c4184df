import { describeContent } from '../content';
import { BadImageError } from '../errors';
import { isJpeg, JpegDecoder } from './jpeg';
import { type RgbImage } from './rgb-image';
import { isPng, PngDecoder } from './png';
import { isWebp, WebpDecoder } from './webp';

/** Decodes images of all supported formats; detects the format from the bytes. */
export class ImageDecoder {
  private readonly jpeg = new JpegDecoder();
  private readonly png = new PngDecoder();
  private readonly webp = new WebpDecoder();

  /**
   * @returns the upright image; its pixels are valid until the next call
   * @throws BadImageError if the bytes are not a complete image that can be decoded, or it is too large
   */
  decode(bytes: Buffer): RgbImage {
    if (isJpeg(bytes)) return this.jpeg.decode(bytes);
    if (isPng(bytes)) return this.png.decode(bytes);
    if (isWebp(bytes)) return this.webp.decode(bytes);
    const what = describeContent(bytes);
    throw new BadImageError(
      `it is not a JPEG, PNG or WebP image${what === undefined ? '' : `, but ${what}`}`,
    );
  }
}

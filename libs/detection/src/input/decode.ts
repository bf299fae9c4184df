import { describeContent } from '../content';
import { BadImageError } from '../errors';
import { isJpeg, JpegDecoder } from './jpeg';
import { type Picture } from './picture';
import { isPng, PngDecoder } from './png';

/** Decodes pictures of every format that is taken. What a picture is, its bytes say. */
export class PictureDecoder {
  private readonly jpeg = new JpegDecoder();
  private readonly png = new PngDecoder();

  /**
   * @returns the picture, upright; its pixels are valid until the next call
   * @throws BadImageError if the bytes are no complete picture that can be read, or it is too large
   */
  decode(bytes: Buffer): Picture {
    if (isJpeg(bytes)) return this.jpeg.decode(bytes);
    if (isPng(bytes)) return this.png.decode(bytes);
    const what = describeContent(bytes);
    throw new BadImageError(`it is neither a JPEG nor a PNG${what === undefined ? '' : `, but ${what}`}`);
  }
}

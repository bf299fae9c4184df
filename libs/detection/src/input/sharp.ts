import sharp from 'sharp';
import { BadImageError } from '../errors';
import { checkSize, type RgbImage } from './rgb-image';

// These settings apply to the whole process.
sharp.concurrency(1); // the threads of one image would take CPU time from the models
sharp.cache(false); // images rarely repeat
sharp.block({ operation: ['VipsForeignLoad'] }); // libvips reads dozens of formats, some through rarely tested code
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
});

/**
 * Decodes a PNG, WebP or JPEG of any kind with sharp, on a thread of Node's pool. Colour profiles apply to CMYK alone, so
 * that an image has the same RGB values in every format. Import 'sharp' in the main thread before using this in
 * a worker, as sharp requires on Linux (https://sharp.pixelplumbing.com/install/, "Worker threads").
 *
 * @param format for errors
 * @returns the image, rotated by its EXIF orientation and blended with white
 * @throws BadImageError if the bytes are not a complete image of one frame, or it is too large
 */
export async function decodeWithSharp(bytes: Buffer, format: 'JPEG' | 'PNG' | 'WebP'): Promise<RgbImage> {
  // 'error' refuses missing and damaged data; warnings concern metadata. `checkSize` limits the size, and names it.
  const options = { failOn: 'error', limitInputPixels: false, sequentialRead: true } as const;
  const damaged = (cause: unknown): never => {
    throw new BadImageError(`it is a truncated or damaged ${format}`, { cause });
  };
  const { width, height, pages = 1 } = await sharp(bytes, options).metadata().catch(damaged);
  checkSize(width, height);
  if (pages > 1) throw new BadImageError(`it is an animated ${format}; send a single frame`);
  const { data, info } = await sharp(bytes, { ...options, ignoreIcc: format !== 'JPEG' })
    .autoOrient()
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(damaged);
  return { width: info.width, height: info.height, rgb: data };
}

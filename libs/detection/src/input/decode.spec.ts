import { compressSync, FORMAT_GRAY, FORMAT_RGB, SAMP_444, SAMP_GRAY } from '@julusian/jpeg-turbo';
import { createCanvas } from 'canvas';
import sharp from 'sharp';
import { BadImageError } from '../errors';
import { CMYK, WEBP } from '../../../../test/support/tiny-images';
import { ImageDecoder } from './decode';

/** A PNG with given colours in its left and right half. */
function png(left: string, right: string, [width, height] = [6, 4]): Buffer {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  [left, right].forEach((colour, half) => {
    context.fillStyle = colour;
    context.fillRect((half * width) / 2, 0, width / 2, height);
  });
  return canvas.toBuffer('image/png');
}

/** A grey JPEG of 16x8 whose left half is black. */
function jpeg(): Buffer {
  const row = Buffer.concat([Buffer.alloc(24, 0), Buffer.alloc(24, 250)]);
  const raw = Buffer.concat(Array<Buffer>(8).fill(row));
  return compressSync(raw, { format: FORMAT_RGB, width: 16, height: 8, quality: 95, subsampling: SAMP_444 });
}

/** Inserts an EXIF orientation into a JPEG. */
function rotated(image: Buffer, orientation: number): Buffer {
  const tiff = ['45786966000049492a0008000000', '0100', `12010300010000000${orientation}000000`, '00000000'];
  const exif = Buffer.from(tiff.join(''), 'hex');
  const marker = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([image.subarray(0, 2), marker, exif, image.subarray(2)]);
}

/** Inserts a segment with the end marker of a JPEG, as embedded thumbnails have it. */
function thumbnail(image: Buffer): Buffer {
  const segment = Buffer.from([0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9]);
  return Buffer.concat([image.subarray(0, 2), segment, image.subarray(2)]);
}

describe('ImageDecoder', () => {
  const decode = async (bytes: Buffer) => {
    const { width, height, rgb } = await new ImageDecoder().decode(bytes);
    return {
      width,
      height,
      at: (x: number, y: number) => [...rgb.subarray(3 * (y * width + x))].slice(0, 3),
    };
  };

  it('reads a PNG', async () => {
    const image = await decode(png('rgb(250, 100, 10)', 'blue'));
    expect([image.width, image.height]).toEqual([6, 4]);
    expect([image.at(0, 0), image.at(2, 3), image.at(3, 0)]).toEqual([
      [250, 100, 10],
      [250, 100, 10],
      [0, 0, 255],
    ]);
  });

  it('blends transparent pixels with white', async () => {
    const image = await decode(png('rgba(0, 0, 0, 0)', 'rgba(255, 0, 0, 0.5)'));
    expect(image.at(0, 0)).toEqual([255, 255, 255]);
    const [red = 0, green = 0, blue = 0] = image.at(5, 0);
    expect([red, Math.abs(green - 127) <= 2, Math.abs(blue - 127) <= 2]).toEqual([255, true, true]);
  });

  it('reads a greyscale JPEG', async () => {
    const grey = Buffer.alloc(16 * 8, 90);
    const options = { format: FORMAT_GRAY, width: 16, height: 8, subsampling: SAMP_GRAY };
    const image = await decode(compressSync(grey, options));
    for (const value of image.at(7, 3)) expect(Math.abs(value - 90)).toBeLessThanOrEqual(2);
  });

  it('rotates a JPEG by its EXIF orientation', async () => {
    const dark = (image: Awaited<ReturnType<typeof decode>>, x: number, y: number) => image.at(x, y)[0]! < 50;
    const stored = await decode(jpeg());
    expect([dark(stored, 1, 1), dark(stored, 14, 1)]).toEqual([true, false]);
    const clockwise = await decode(rotated(jpeg(), 6)); // the left half becomes the top
    expect([clockwise.width, clockwise.height]).toEqual([8, 16]);
    expect([dark(clockwise, 1, 1), dark(clockwise, 6, 1), dark(clockwise, 1, 14)]).toEqual([
      true,
      true,
      false,
    ]);
    const halfTurn = await decode(rotated(jpeg(), 3));
    expect([dark(halfTurn, 1, 1), dark(halfTurn, 14, 1)]).toEqual([false, true]);
  });

  const near = (actual: number[], expected: number[], by = 4) =>
    actual.every((value, channel) => Math.abs(value - expected[channel]!) <= by);
  const RED = [200, 30, 40];
  const BLUE = [20, 60, 220];

  it('converts a CMYK JPEG to RGB as it would be printed, and rotates it', async () => {
    const [red, blue] = [
      [189, 53, 45],
      [35, 61, 128],
    ] as [number[], number[]];
    const image = await decode(CMYK);
    expect([image.width, image.height]).toEqual([16, 8]);
    expect([near(image.at(2, 2), red), near(image.at(13, 2), blue)]).toEqual([true, true]);
    const clockwise = await decode(rotated(CMYK, 6));
    expect([clockwise.width, clockwise.height]).toEqual([8, 16]);
    expect([near(clockwise.at(2, 2), red), near(clockwise.at(2, 13), blue)]).toEqual([true, true]);
  });

  const RED16 = [200 * 257, 30 * 257, 40 * 257];
  it.each([
    ['with a palette', 'srgb', RED16, { palette: true }, RED],
    ['with a transparent palette', 'srgb', [...RED16, 128 * 257], { palette: true }, [227, 142, 147]],
    ['that is interlaced', 'srgb', RED16, { progressive: true }, RED],
    ['in grey', 'b-w', [90 * 257], {}, [90, 90, 90]],
    ['in transparent grey', 'b-w', [90 * 257, 0], {}, [255, 255, 255]],
    ['with 16 bits', 'rgb16', RED16, {}, RED],
    ['with 16 bits, transparent', 'rgb16', [...RED16, 128 * 257], {}, [227, 142, 147]],
    ['with 16 bits in grey', 'grey16', [90 * 257], {}, [90, 90, 90]],
  ] as const)('reads a PNG %s', async (_, space, pixel, options, expected) => {
    const pixels = Uint16Array.from(Array<readonly number[]>(12).fill(pixel).flat());
    const raw = { width: 4, height: 3, channels: pixel.length as 1 | 2 | 3 | 4 };
    const image = await decode(await sharp(pixels, { raw }).toColourspace(space).png(options).toBuffer());
    expect([image.width, image.height]).toEqual([4, 3]);
    expect(near(image.at(3, 2), [...expected], 2)).toBe(true);
  });

  it.each(['lossy', 'lossless'] as const)('reads a %s WebP', async (kind) => {
    const image = await decode(WEBP[kind]);
    expect([image.width, image.height]).toEqual([16, 8]);
    expect([near(image.at(2, 2), RED), near(image.at(13, 7), BLUE)]).toEqual([true, true]);
  });

  it('ignores bytes after a WebP', async () => {
    const image = await decode(Buffer.concat([WEBP.lossless, Buffer.alloc(20, 0xff)]));
    expect(near(image.at(2, 2), RED)).toBe(true);
  });

  it('blends a transparent WebP with white', async () => {
    const image = await decode(WEBP.halfTransparent);
    expect(near(image.at(2, 2), [227, 142, 147], 2)).toBe(true);
  });

  it('rotates a WebP by its EXIF orientation', async () => {
    const image = await decode(WEBP.rotated);
    expect([image.width, image.height]).toEqual([8, 16]);
    expect([near(image.at(2, 2), RED), near(image.at(2, 13), BLUE)]).toEqual([true, true]);
  });

  /** A valid image with some bytes changed. */
  function changed(image: Buffer, at: number, bytes: number[]): Buffer {
    const copy = Buffer.from(image);
    copy.set(bytes, at);
    return copy;
  }
  const good = png('red', 'blue', [64, 64]);
  const frame = jpeg().indexOf(Buffer.from([0xff, 0xc0]));
  it.each([
    ['text', Buffer.from('text'), /^it is not a JPEG, PNG or WebP image$/],
    ['a web page', Buffer.from('<!doctype html><p>404'), 'not a JPEG, PNG or WebP image, but an HTML page'],
    ['a video', Buffer.from('\0\0\0\x20ftypisom', 'latin1'), 'but a video'],
    ['a GIF', Buffer.from('GIF89a'), 'but a GIF image'],
    ['nothing', Buffer.alloc(0), 'but empty'],
    ['a truncated PNG', good.subarray(0, good.length - 13), 'truncated or damaged PNG'],
    ['a PNG without pixels', good.subarray(0, 33), 'truncated or damaged PNG'],
    ['the start of a PNG', good.subarray(0, 20), 'truncated or damaged PNG'],
    ['a PNG with a flipped bit', changed(good, 60, [good[60]! ^ 0xff]), 'truncated or damaged PNG'],
    ['a PNG that is too wide', changed(good, 16, [0, 0, 0xff, 0xdd, 0, 0, 0, 1]), '65501x1'],
    ['a PNG with too many pixels', changed(good, 16, [0, 1, 0, 0, 0, 1, 0, 0]), '65536x65536'],
    ['a JPEG that only claims to be CMYK', changed(jpeg(), frame + 9, [4]), 'truncated or damaged JPEG'],
    ['a truncated CMYK JPEG', CMYK.subarray(0, CMYK.length - 2), 'truncated or damaged JPEG'],
    ['a CMYK JPEG cut after its thumbnail', thumbnail(CMYK).subarray(0, -2), 'truncated or damaged JPEG'],
    ['a truncated WebP', WEBP.lossy.subarray(0, 70), 'truncated or damaged WebP'],
    ['the start of a WebP', WEBP.lossy.subarray(0, 16), 'truncated or damaged WebP'],
    ['a damaged WebP', changed(WEBP.lossless, 25, [0xff, 0xff, 0xff]), 'truncated or damaged WebP'],
    ['a WebP with too many pixels', changed(WEBP.lossless, 21, [0xfe, 0xbf, 0xff, 0x0f]), '16383x16383'],
    ['an animated WebP', WEBP.animated, 'animated WebP'],
  ])('refuses %s', async (_, bytes, reason) => {
    const decoding = decode(bytes);
    await expect(decoding).rejects.toThrow(BadImageError);
    await expect(decoding).rejects.toThrow(reason);
  });

  it('continues to work after it refused an image', async () => {
    const decoder = new ImageDecoder();
    await expect(decoder.decode(good.subarray(0, 90))).rejects.toThrow(BadImageError);
    expect((await decoder.decode(good)).width).toBe(64);
  });
});

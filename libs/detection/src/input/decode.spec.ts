import { compressSync, FORMAT_GRAY, FORMAT_RGB, SAMP_444, SAMP_GRAY } from '@julusian/jpeg-turbo';
import { createCanvas } from 'canvas';
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

describe('ImageDecoder', () => {
  const decode = (bytes: Buffer) => {
    const { width, height, rgb } = new ImageDecoder().decode(bytes);
    return {
      width,
      height,
      at: (x: number, y: number) => [...rgb.subarray(3 * (y * width + x))].slice(0, 3),
    };
  };

  it('reads a PNG', () => {
    const image = decode(png('rgb(250, 100, 10)', 'blue'));
    expect([image.width, image.height]).toEqual([6, 4]);
    expect([image.at(0, 0), image.at(2, 3), image.at(3, 0)]).toEqual([
      [250, 100, 10],
      [250, 100, 10],
      [0, 0, 255],
    ]);
  });

  it('blends transparent pixels with white', () => {
    const image = decode(png('rgba(0, 0, 0, 0)', 'rgba(255, 0, 0, 0.5)'));
    expect(image.at(0, 0)).toEqual([255, 255, 255]);
    const [red = 0, green = 0, blue = 0] = image.at(5, 0);
    expect([red, Math.abs(green - 127) <= 2, Math.abs(blue - 127) <= 2]).toEqual([255, true, true]);
  });

  it('reads a greyscale JPEG', () => {
    const grey = Buffer.alloc(16 * 8, 90);
    const options = { format: FORMAT_GRAY, width: 16, height: 8, subsampling: SAMP_GRAY };
    for (const value of decode(compressSync(grey, options)).at(7, 3))
      expect(Math.abs(value - 90)).toBeLessThanOrEqual(2);
  });

  it('rotates a JPEG by its EXIF orientation', () => {
    const dark = (bytes: Buffer, x: number, y: number) => decode(bytes).at(x, y)[0]! < 50;
    expect([dark(jpeg(), 1, 1), dark(jpeg(), 14, 1)]).toEqual([true, false]);
    const clockwise = rotated(jpeg(), 6); // the left half becomes the top
    expect([decode(clockwise).width, decode(clockwise).height]).toEqual([8, 16]);
    expect([dark(clockwise, 1, 1), dark(clockwise, 6, 1), dark(clockwise, 1, 14)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([dark(rotated(jpeg(), 3), 1, 1), dark(rotated(jpeg(), 3), 14, 1)]).toEqual([false, true]);
  });

  const near = (actual: number[], expected: number[], by = 4) =>
    actual.every((value, channel) => Math.abs(value - expected[channel]!) <= by);
  const RED = [200, 30, 40];
  const BLUE = [20, 60, 220];

  it('converts a CMYK JPEG to RGB, and rotates it', () => {
    const image = decode(CMYK);
    expect([image.width, image.height]).toEqual([16, 8]);
    expect([near(image.at(2, 2), RED), near(image.at(13, 2), BLUE)]).toEqual([true, true]);
    const clockwise = decode(rotated(CMYK, 6));
    expect([clockwise.width, clockwise.height]).toEqual([8, 16]);
    expect([near(clockwise.at(2, 2), RED), near(clockwise.at(2, 13), BLUE)]).toEqual([true, true]);
  });

  it.each(['lossy', 'lossless'] as const)('reads a %s WebP', (kind) => {
    const image = decode(WEBP[kind]);
    expect([image.width, image.height]).toEqual([16, 8]);
    expect([near(image.at(2, 2), RED), near(image.at(13, 7), BLUE)]).toEqual([true, true]);
  });

  it('ignores bytes after a WebP', () => {
    const image = decode(Buffer.concat([WEBP.lossless, Buffer.alloc(20, 0xff)]));
    expect(near(image.at(2, 2), RED)).toBe(true);
  });

  it('blends a transparent WebP with white', () => {
    expect(near(decode(WEBP.halfTransparent).at(2, 2), [227, 142, 147], 2)).toBe(true);
  });

  it('rotates a WebP by its EXIF orientation', () => {
    const image = decode(WEBP.rotated);
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
    ['a truncated PNG', good.subarray(0, good.length - 1), 'truncated'],
    ['a PNG without pixels', good.subarray(0, 33), 'truncated'],
    ['the start of a PNG', good.subarray(0, 20), 'header is invalid'],
    ['a PNG with a flipped bit', changed(good, 60, [good[60]! ^ 0xff]), 'cannot be decoded'],
    ['a PNG wider than a canvas', changed(good, 16, [0, 0, 0x80, 0, 0, 0, 0, 1]), '32768x1'],
    ['a PNG with too many pixels', changed(good, 16, [0, 1, 0, 0, 0, 1, 0, 0]), '65536x65536'],
    ['a JPEG that only claims to be CMYK', changed(jpeg(), frame + 9, [4]), 'cannot be decoded'],
    ['a truncated CMYK JPEG', CMYK.subarray(0, CMYK.length - 2), 'truncated or damaged JPEG'],
    ['a truncated WebP', WEBP.lossy.subarray(0, 70), 'truncated WebP'],
    ['the start of a WebP', WEBP.lossy.subarray(0, 16), 'truncated WebP'],
    ['a damaged WebP', changed(WEBP.lossless, 25, [0xff, 0xff, 0xff]), 'damaged WebP'],
    ['a WebP with too many pixels', changed(WEBP.lossless, 21, [0xff, 0xff, 0xff, 0x0f]), '16384x16384'],
    ['an animated WebP', changed(WEBP.rotated, 20, [2]), 'animated WebP'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(() => decode(bytes)).toThrow(BadImageError);
    expect(() => decode(bytes)).toThrow(reason);
  });

  it('continues to work after it refused an image', () => {
    const decoder = new ImageDecoder();
    expect(() => decoder.decode(good.subarray(0, 90))).toThrow(BadImageError);
    expect(decoder.decode(good).width).toBe(64);
  });
});

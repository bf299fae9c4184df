import { compressSync, FORMAT_RGB, SAMP_444 } from '@julusian/jpeg-turbo';
import { BadImageError } from '../errors';
import { JpegDecoder, readJpegHeader } from './jpeg';

function jpeg(width: number, height: number, colour: [number, number, number]): Buffer {
  const raw = Buffer.from(Array.from({ length: width * height }, () => colour).flat());
  return compressSync(raw, { format: FORMAT_RGB, width, height, quality: 95, subsampling: SAMP_444 });
}

describe('JpegDecoder', () => {
  it('decodes to RGB', () => {
    const image = new JpegDecoder().decode(jpeg(16, 8, [250, 100, 10]));
    expect([image.width, image.height]).toEqual([16, 8]);
    for (let i = 0; i < 3 * 16 * 8; i++) {
      expect(Math.abs(image.rgb[i]! - [250, 100, 10][i % 3]!)).toBeLessThanOrEqual(3);
    }
  });

  it('uses one buffer for images of several sizes', () => {
    const decoder = new JpegDecoder();
    const large = decoder.decode(jpeg(64, 64, [0, 0, 0])).rgb;
    const small = decoder.decode(jpeg(8, 8, [200, 200, 200]));
    expect(small.rgb).toBe(large);
    expect(small.width).toBe(8);
    expect(Math.abs(small.rgb[3 * 64 - 1]! - 200)).toBeLessThanOrEqual(3);
  });

  const good = jpeg(32, 32, [90, 120, 30]);
  it.each([
    ['a header alone', good.subarray(0, 20), 'header is invalid'],
    ['a truncated image', good.subarray(0, good.length - 20), 'truncated or damaged'],
  ])('refuses %s', (_, bytes, reason) => {
    const decode = () => new JpegDecoder().decode(bytes);
    expect(decode).toThrow(BadImageError);
    expect(decode).toThrow(reason);
  });

  it('refuses an image with too many pixels by its header, before allocating memory', () => {
    const huge = Buffer.from(good);
    const frame = huge.indexOf(Buffer.from([0xff, 0xc0]));
    huge.writeUInt16BE(65500, frame + 5);
    huge.writeUInt16BE(65500, frame + 7);
    expect(() => new JpegDecoder().decode(huge)).toThrow('65500x65500');
  });
});

describe('readJpegHeader', () => {
  it('finds the frame header after other segments, tables and fill bytes', () => {
    const app0 = [0xff, 0xe0, 0, 4, 1, 2];
    const huffman = [0xff, 0xc4, 0, 3, 9]; // C4 is in the range of frame headers, but is not one
    const frame = [0xff, 0xff, 0xc2, 0, 11, 8, 0x02, 0xd0, 0x05, 0x00, 1, 1, 0x11, 0];
    expect(readJpegHeader(Buffer.from([0xff, 0xd8, ...app0, ...huffman, ...frame]))).toEqual({
      width: 1280,
      height: 720,
      components: 1,
      orientation: 1,
    });
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { decodeWithSharp } from './sharp';

/** An all-black PNG in 8-bit grey. */
function blackPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits; all other fields are 0: grey, default compression, not interlaced
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * height), { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('decodeWithSharp', () => {
  it('needs little more memory than the largest image itself: a few of them must not end the service', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'png-'));
    const file = join(folder, 'large.png');
    await writeFile(file, blackPng(7000, 7000));
    const program = `
      const { decodeWithSharp } = require(${JSON.stringify(join(__dirname, 'sharp.js'))});
      const { peakMemory } = require(${JSON.stringify(join(__dirname, '../../../../test/support/peak-memory.js'))});
      (async () => {
        for (let image = 0; image < 3; image++) {
          const { width, height } = await decodeWithSharp(require('fs').readFileSync(${JSON.stringify(file)}), 'PNG');
          console.log(width, height, peakMemory());
        }
      })();`;
    const [width, height, peak] = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .at(-1)!
      .split(' ')
      .map(Number);
    await rm(folder, { recursive: true });
    expect([width, height]).toEqual([7000, 7000]);
    // 3 bytes per pixel returned, of up to three images until they are collected, and Node itself
    expect(peak).toBeLessThan(11 * 7000 * 7000 + 100e6);
  });

  it.each([
    [3000, 1001],
    [1, 30_000],
    [30_000, 70],
  ])('keeps the rows of an image of %dx%d pixels in order', async (width, height) => {
    const rows = Buffer.alloc(3 * width * height);
    for (let y = 0; y < height; y++) {
      rows.fill(Buffer.from([y % 256, y >> 8, 99]), 3 * y * width, 3 * (y + 1) * width);
    }
    const png = await sharp(rows, { raw: { width, height, channels: 3 } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    const image = await decodeWithSharp(png, 'PNG');
    expect(image).toMatchObject({ width, height });
    expect(rows.equals(image.rgb)).toBe(true);
  });
});

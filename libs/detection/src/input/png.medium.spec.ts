import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { createCanvas } from 'canvas';
import { PngDecoder } from './png';

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

describe('PngDecoder', () => {
  it('needs little more memory than the largest image itself: a few of them must not end the service', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'png-'));
    const file = join(folder, 'large.png');
    await writeFile(file, blackPng(7000, 7000));
    const program = `
      const { PngDecoder } = require(${JSON.stringify(join(__dirname, 'png.js'))});
      const { width, height } = new PngDecoder().decode(require('fs').readFileSync(${JSON.stringify(file)}));
      console.log(width, height, process.resourceUsage().maxRSS);`;
    const [width, height, peakKib] = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })
      .split(' ')
      .map(Number);
    await rm(folder, { recursive: true });
    expect([width, height]).toEqual([7000, 7000]);
    // 4 bytes per pixel decoded, 3 returned, up to 4 in strips that wait for collection, and Node itself
    expect(peakKib! * 1024).toBeLessThan(11 * 7000 * 7000 + 100e6);
  });

  it.each([
    [3000, 1001],
    [1, 30_000],
    [30_000, 70],
  ])('keeps the rows of an image of %dx%d pixels in order', (width, height) => {
    const canvas = createCanvas(width, height);
    const context = canvas.getContext('2d');
    const row = (y: number) => [y % 256, y >> 8, 99] as const;
    for (let y = 0; y < height; y++) {
      context.fillStyle = `rgb(${row(y).join(',')})`;
      context.fillRect(0, y, width, 1);
    }
    const image = new PngDecoder().decode(canvas.toBuffer('image/png', { compressionLevel: 1 }));
    expect(image).toMatchObject({ width, height });
    const wrong = Array.from({ length: height }, (_, y) => y).filter((y) =>
      [0, width - 1].some((x) => {
        const at = 3 * (y * width + x);
        return row(y).some((value, channel) => image.rgb[at + channel] !== value);
      }),
    );
    expect(wrong).toEqual([]);
  });
});

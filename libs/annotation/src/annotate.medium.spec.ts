import type { Detection } from '#detection';
import { FORMAT_RGB, SAMP_420, compressSync } from '@julusian/jpeg-turbo';
import { jpegPixels } from '../../../test/support/video';
import { annotateJpeg, annotatePixels, drawDetections, labelText } from './annotate';
import { classColour } from './colours';
import type { RgbImage } from './draw';
import { FrameBuffers } from './frame-buffers';
import { LabelCache } from './labels';

const GREY = 100;

function picture(width: number, height: number): RgbImage {
  return { data: Buffer.alloc(width * height * 3, GREY), width, height };
}

function detection(box: Detection['box'], label = 'person', classIndex = 1, score = 0.87): Detection {
  return { box, label, classIndex, score };
}

/** Bounds of the pixels that were drawn on within some rows. */
function drawn({ data, width, height }: RgbImage, fromRow = 0, toRow = height) {
  const bounds = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = fromRow; y < toRow; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      if (data[at] === GREY && data[at + 1] === GREY && data[at + 2] === GREY) continue;
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x + 1);
      bounds.top = Math.min(bounds.top, y);
      bounds.bottom = Math.max(bounds.bottom, y + 1);
    }
  }
  return bounds;
}

const pixel = ({ data, width }: RgbImage, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3).subarray(0, 3),
];

/** True where the whole of `part` is found somewhere in `whole`. */
function contains(whole: RgbImage, part: RgbImage): boolean {
  const row = (image: RgbImage, x: number, y: number) =>
    image.data.subarray((y * image.width + x) * 3, (y * image.width + x + part.width) * 3);
  for (let top = 0; top + part.height <= whole.height; top++) {
    for (let left = 0; left + part.width <= whole.width; left++) {
      let y = 0;
      while (y < part.height && row(whole, left, top + y).equals(row(part, 0, y))) y++;
      if (y === part.height) return true;
    }
  }
  return false;
}

describe('drawDetections', () => {
  it('draws the rectangle, two pixels wide, where the box is', () => {
    const image = picture(200, 100);
    drawDetections(image, [detection([0.25, 0.5, 0.75, 0.9])]);
    const colour = [...classColour(1)];
    for (const [x, y] of [
      [50, 89],
      [51, 88],
      [149, 60],
      [148, 60],
      [50, 60],
      [100, 89],
    ] as const) {
      expect(pixel(image, x, y)).toEqual(colour);
    }
    for (const [x, y] of [
      [49, 60],
      [52, 60],
      [147, 60],
      [150, 60],
      [100, 87],
      [100, 90],
    ] as const) {
      expect(pixel(image, x, y)).toEqual([GREY, GREY, GREY]);
    }
  });

  it('stands the label on the box, beginning at its left edge', () => {
    const image = picture(400, 200);
    drawDetections(image, [detection([0.25, 0.5, 0.75, 0.9])]);
    const label = drawn(image, 0, 100);
    expect(label).toMatchObject({ left: 100, bottom: 100 });
    expect(label.top).toBeGreaterThan(65);
    expect(pixel(image, 100, 99)).toEqual([...classColour(1)]);
  });

  it.each([
    ['at the left top corner', [0, 0, 0.3, 0.3]],
    ['at the right edge', [0.95, 0.5, 1, 0.8]],
    ['at the bottom', [0.5, 0.99, 0.6, 1]],
    ['without any size', [1, 1, 1, 1]],
    ['beyond the picture', [-0.5, -0.5, 1.5, 1.5]],
  ] as const)('keeps the whole label inside the picture for a box %s', (_, box) => {
    const labelled = picture(200, 100);
    drawDetections(labelled, [detection(box)]);
    const sprite = new LabelCache().get('person 0.87', {
      fontSize: 12,
      background: classColour(1),
      maxWidth: 200,
      maxHeight: 100,
    });
    expect(contains(labelled, sprite)).toBe(true);
  });

  it('makes a label smaller rather than cut it off', () => {
    const style = { fontSize: 12, background: classColour(1), maxHeight: 40 };
    const wide = new LabelCache().get('a rather long label 0.87', { ...style, maxWidth: 1000 });
    const narrow = new LabelCache().get('a rather long label 0.87', { ...style, maxWidth: 100 });
    expect(wide.width).toBeGreaterThan(100);
    expect(narrow.width).toBeLessThanOrEqual(100);
    expect(narrow.height).toBeLessThan(wide.height);
  });

  it('survives pictures smaller than any label', () => {
    for (const [width, height] of [
      [1, 1],
      [16, 2],
      [3, 40],
    ] as const) {
      const image = picture(width, height);
      drawDetections(image, [detection([0, 0, 1, 1])]);
      expect(image.data).toHaveLength(width * height * 3);
    }
  });

  it('draws larger letters in larger pictures', () => {
    const labelHeight = (height: number) => {
      const image = picture(640, height);
      drawDetections(image, [detection([0.1, 0.5, 0.5, 0.9])]);
      return height / 2 - drawn(image, 0, height / 2).top;
    };
    expect(labelHeight(240)).toBe(labelHeight(480));
    expect(labelHeight(2160)).toBeGreaterThan(2 * labelHeight(720));
  });

  it('never lets a line cross a label', () => {
    const alone = picture(200, 100);
    drawDetections(alone, [detection([0.2, 0.5, 0.8, 0.9])]);
    const crossed = picture(200, 100);
    drawDetections(crossed, [detection([0.2, 0.5, 0.8, 0.9]), detection([0.3, 0.1, 0.35, 0.95], '', 2, NaN)]);
    expect(pixel(crossed, 61, 45)).toEqual(pixel(alone, 61, 45));
  });
});

describe('labelText', () => {
  it('is the class with its score, or alone where there is none', () => {
    expect(labelText({ label: 'person', score: 0.866 })).toBe('person 0.87');
    expect(labelText({ label: 'person', score: NaN })).toBe('person');
    expect(labelText({ label: '보행자', score: 1 })).toBe('보행자 1.00');
  });
});

describe('LabelCache', () => {
  it('draws a label once and forgets the least recently used', () => {
    const cache = new LabelCache(2);
    const style = { fontSize: 12, background: [0, 0, 0] as const, maxWidth: 100, maxHeight: 40 };
    const first = cache.get('a', style);
    const second = cache.get('b', style);
    expect(cache.get('a', style)).toBe(first);
    cache.get('c', style);
    expect(cache.size).toBe(2);
    expect(cache.get('a', style)).toBe(first);
    expect(cache.get('b', style)).not.toBe(second);
  });

  it('writes in black or white on the class colour', () => {
    for (const [background, text] of [
      [[255, 255, 0], 0],
      [[0, 0, 128], 255],
    ] as const) {
      const label = new LabelCache().get('MMM', { fontSize: 24, background, maxWidth: 200, maxHeight: 60 });
      expect(pixel(label, 0, 0)).toEqual([...background]);
      const middle = Array.from({ length: label.width }, (_, x) => pixel(label, x, label.baseline - 4));
      expect(middle).toContainEqual([text, text, text]);
    }
  });
});

describe('annotateJpeg', () => {
  const { data, width, height } = picture(160, 121);
  const jpeg = compressSync(data, { width, height, format: FORMAT_RGB, subsampling: SAMP_420, quality: 90 });

  it('gives back the same bytes where nothing was detected', async () => {
    expect(await annotateJpeg(jpeg, [])).toBe(jpeg);
  });

  it('draws in the colour of the class, with red and blue in their places, and keeps the rest', async () => {
    const frames = await Promise.all(
      [0, 1, 2].map((i) => annotateJpeg(jpeg, [detection([0.1, 0.5, 0.9, 0.95], 'x', i)])),
    );
    for (const [classIndex, annotated] of frames.entries()) {
      const result = jpegPixels(annotated);
      expect(result).toMatchObject({ width, height });
      const colour = classColour(classIndex);
      const label = result.at(18, 52); // the left edge of the label: an area of colour
      for (const channel of [0, 1, 2]) expect(Math.abs(label[channel]! - colour[channel]!)).toBeLessThan(60);
      for (const channel of [0, 1, 2]) expect(Math.abs(result.at(150, 20)[channel]! - GREY)).toBeLessThan(4);
    }
  });

  it('makes the same pictures in shared buffers, which later calls do not change', async () => {
    const at = (i: number) => [detection([0.1 * i, 0.2, 0.1 * i + 0.3, 0.9], `x${i}`, i)];
    const alone = await Promise.all([0, 1, 2].map((i) => annotateJpeg(jpeg, at(i))));
    const buffers = new FrameBuffers({ width, height });
    const first = await annotateJpeg(jpeg, at(0), 90, buffers);
    const others = await Promise.all([1, 2].map((i) => annotateJpeg(jpeg, at(i), 90, buffers)));
    for (const [i, shared] of [first, ...others].entries()) expect(shared.equals(alone[i]!)).toBe(true);
  });

  it('gives its buffers back when a picture cannot be drawn on', async () => {
    const buffers = new FrameBuffers({ width, height });
    const space = buffers.take();
    buffers.give(space);
    const broken = annotateJpeg(Buffer.from('not a jpeg'), [detection([0, 0, 1, 1])], 90, buffers);
    await expect(broken).rejects.toMatchObject({ code: 'BAD_JPEG' });
    expect(buffers.take()).toBe(space);
  });

  it('refuses bytes that are no JPEG', async () => {
    const annotating = annotateJpeg(Buffer.from('not a jpeg'), [detection([0, 0, 1, 1])]);
    await expect(annotating).rejects.toMatchObject({ code: 'BAD_JPEG' });
  });
});

describe('annotatePixels', () => {
  it('makes a JPEG of the pixels, with the box on them', async () => {
    const { data, width, height } = picture(200, 100);
    const found = [detection([0.25, 0.5, 0.75, 0.9])];
    const jpeg = jpegPixels(await annotatePixels(data, width, height, found, 95));
    expect([jpeg.width, jpeg.height]).toEqual([200, 100]);
    const off = (x: number, y: number, colour: readonly number[]) =>
      Math.max(...jpeg.at(x, y).map((value, channel) => Math.abs(value - (colour[channel] ?? 0))));
    expect(off(100, 70, [GREY, GREY, GREY])).toBeLessThan(20);
    expect(off(100, 89, classColour(1))).toBeLessThan(90); // colour is kept at half the resolution
    expect(off(100, 89, [GREY, GREY, GREY])).toBeGreaterThan(60);
  });
});

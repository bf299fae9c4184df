import { FORMAT_RGB, SAMP_420, compressSync } from '@julusian/jpeg-turbo';
import { jpegPixels } from '../../../test/support/video';
import { GREY, detection, blankFrame, pixel } from '../test/frames';
import { annotateJpeg, annotatePixels } from './annotate';
import { classColour } from './colours';
import { labelParts } from './draw-label';
import { FrameBuffers } from './frame-buffers';
import { LabelCache } from './labels';

describe('the text of a label', () => {
  it.each([
    [{ label: 'person', score: 0.866 }, ['person 0.87']],
    [{ label: 'person', score: NaN }, ['person']],
    [{ label: '보행자', score: 1 }, ['보행자 1.00']],
    [{ label: 'person', score: 0.866, track: 3 }, ['person #3', '0.87']],
    [{ label: 'person', score: NaN, track: 3 }, ['person #3']],
  ])('of %j is %j', (detection, parts) => {
    expect(labelParts(detection)).toEqual(parts);
  });
});

describe('LabelCache', () => {
  it('draws a label once and evicts the least recently used', () => {
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

  it('stays within its byte limit, but always keeps the last label', () => {
    const style = { fontSize: 12, background: [0, 0, 0] as const, maxWidth: 100, maxHeight: 40 };
    const bytes = new LabelCache().get('a', style).data.length;
    const cache = new LabelCache(100, 2 * bytes);
    for (const text of ['a', 'a', 'a']) cache.get(text, style);
    expect(cache.size).toBe(1);
    for (const fontSize of [12, 13, 14]) cache.get('a', { ...style, fontSize });
    expect(cache.size).toBe(1);
    const large = cache.get('large label', { ...style, fontSize: 24 });
    expect(cache.get('large label', { ...style, fontSize: 24 })).toBe(large);
  });

  it('writes black or white text on the class colour', () => {
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
  const { data, width, height } = blankFrame(160, 121);
  const jpeg = compressSync(data, { width, height, format: FORMAT_RGB, subsampling: SAMP_420, quality: 90 });

  it('returns the same bytes without detections', async () => {
    expect(await annotateJpeg(jpeg, [])).toBe(jpeg);
  });

  it('draws in the colour of the class, without swapping red and blue, and keeps other pixels', async () => {
    const frames = await Promise.all(
      [0, 1, 2].map((i) => annotateJpeg(jpeg, [detection([0.1, 0.5, 0.9, 0.95], 'x', i)])),
    );
    for (const [classIndex, annotated] of frames.entries()) {
      const result = jpegPixels(annotated);
      expect(result).toMatchObject({ width, height });
      const colour = classColour(classIndex);
      const label = result.at(18, 52); // left edge of the label, in plain colour
      for (const channel of [0, 1, 2]) expect(Math.abs(label[channel]! - colour[channel]!)).toBeLessThan(60);
      for (const channel of [0, 1, 2]) expect(Math.abs(result.at(150, 20)[channel]! - GREY)).toBeLessThan(4);
    }
  });

  it('makes the same images in shared buffers, and later calls do not change them', async () => {
    const at = (i: number) => [detection([0.1 * i, 0.2, 0.1 * i + 0.3, 0.9], `x${i}`, i)];
    const alone = await Promise.all([0, 1, 2].map((i) => annotateJpeg(jpeg, at(i))));
    const buffers = new FrameBuffers({ width, height });
    const first = await annotateJpeg(jpeg, at(0), { buffers });
    const others = await Promise.all([1, 2].map((i) => annotateJpeg(jpeg, at(i), { buffers })));
    for (const [i, shared] of [first, ...others].entries()) expect(shared.equals(alone[i]!)).toBe(true);
  });

  it('returns its buffers if an image cannot be decoded', async () => {
    const buffers = new FrameBuffers({ width, height });
    const space = buffers.take();
    buffers.release(space);
    const broken = annotateJpeg(Buffer.from('not a jpeg'), [detection([0, 0, 1, 1])], { buffers });
    await expect(broken).rejects.toMatchObject({ code: 'BAD_JPEG' });
    expect(buffers.take()).toBe(space);
  });

  it('rejects bytes that are not a JPEG', async () => {
    const annotating = annotateJpeg(Buffer.from('not a jpeg'), [detection([0, 0, 1, 1])]);
    await expect(annotating).rejects.toMatchObject({ code: 'BAD_JPEG' });
  });
});

describe('annotatePixels', () => {
  it('compresses the pixels with the box drawn on them', async () => {
    const { data, width, height } = blankFrame(200, 100);
    const found = [detection([0.25, 0.5, 0.75, 0.9])];
    const jpeg = jpegPixels(await annotatePixels(data, width, height, found, 95));
    expect([jpeg.width, jpeg.height]).toEqual([200, 100]);
    const off = (x: number, y: number, colour: readonly number[]) =>
      Math.max(...jpeg.at(x, y).map((value, channel) => Math.abs(value - (colour[channel] ?? 0))));
    expect(off(100, 70, [GREY, GREY, GREY])).toBeLessThan(20);
    expect(off(100, 89, classColour(1))).toBeLessThan(90); // colour has half the resolution
    expect(off(100, 89, [GREY, GREY, GREY])).toBeGreaterThan(60);
  });
});

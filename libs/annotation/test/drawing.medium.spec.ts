import { createCanvas } from 'canvas';
import { drawDetections, drawingSizes } from '../src/annotate';
import { classColour, textColour } from '../src/colours';
import type { RgbImage } from '../src/draw';
import { LabelCache } from '../src/labels';
import { GREY, contains, detection, drawn, blankFrame, pixel } from './frames';

/** The frame as a player shows it at the given width. */
function scaled({ data, width, height }: RgbImage, toWidth: number): RgbImage {
  const toHeight = Math.round((height * toWidth) / width);
  const full = createCanvas(width, height);
  const pixels = full.getContext('2d').createImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    pixels.data.set([data[from]!, data[from + 1]!, data[from + 2]!, 255], to);
  }
  full.getContext('2d').putImageData(pixels, 0, 0);
  const context = createCanvas(toWidth, toHeight).getContext('2d');
  context.quality = 'best';
  context.drawImage(full, 0, 0, toWidth, toHeight);
  const { data: rgba } = context.getImageData(0, 0, toWidth, toHeight);
  return {
    data: Buffer.from(rgba.filter((_, index) => index % 4 !== 3)),
    width: toWidth,
    height: toHeight,
  };
}

/** Number of rows in the upper half with label text in these columns: pixels with at least a quarter of ink. */
function textHeight(image: RgbImage, { left, right }: { left: number; right: number }): number {
  const background = classColour(1);
  const ink = textColour(background);
  const isText = (rgb: readonly number[]) =>
    rgb.every((value, n) => Math.abs(value - ink[n]!) < 0.75 * Math.abs(background[n]! - ink[n]!));
  const columns = Array.from({ length: right - left }, (_, n) => left + n);
  const rows = Array.from({ length: Math.floor(image.height / 2) }, (_, y) => y);
  return rows.filter((y) => columns.some((x) => isText(pixel(image, x, y)))).length;
}

describe('drawDetections', () => {
  it('draws a box two pixels wide at its coordinates', () => {
    const image = blankFrame(200, 100);
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

  it('places the label on top of the box, aligned to its left edge', () => {
    const image = blankFrame(400, 200);
    drawDetections(image, [detection([0.25, 0.5, 0.75, 0.9])]);
    const label = drawn(image, 0, 100);
    expect(label).toMatchObject({ left: 100, bottom: 100 });
    expect(label.top).toBeGreaterThan(65);
    expect(pixel(image, 100, 99)).toEqual([...classColour(1)]);
  });

  it.each([
    ['at the top left corner', [0, 0, 0.3, 0.3]],
    ['at the right edge', [0.95, 0.5, 1, 0.8]],
    ['at the bottom', [0.5, 0.99, 0.6, 1]],
    ['without size', [1, 1, 1, 1]],
    ['beyond the frame', [-0.5, -0.5, 1.5, 1.5]],
  ] as const)('keeps the whole label inside the frame for a box %s', (_, box) => {
    const labelled = blankFrame(200, 100);
    drawDetections(labelled, [detection(box)]);
    const sprite = new LabelCache().get('person 0.87', {
      fontSize: 12,
      background: classColour(1),
      maxWidth: 200,
      maxHeight: 100,
    });
    expect(contains(labelled, sprite)).toBe(true);
  });

  it('shows the number of a track between class and score', () => {
    const image = blankFrame(400, 200);
    drawDetections(image, [{ ...detection([0.25, 0.5, 0.75, 0.9]), track: 12 }]);
    const style = { fontSize: 12, background: classColour(1), maxWidth: 400, maxHeight: 200 };
    const labels = new LabelCache();
    const [name, score] = [labels.get('person #12', style), labels.get('0.87', { ...style, joined: true })];
    for (const sprite of [name, score]) expect(contains(image, sprite)).toBe(true);
    const label = drawn(image, 0, 99); // without the upper line of the box
    expect(label).toMatchObject({ left: 100, right: 100 + name.width + score.width, bottom: 99 });
  });

  it('writes a label with a track in one piece where its parts do not fit beside each other', () => {
    const image = blankFrame(80, 60);
    drawDetections(image, [{ ...detection([0, 0.5, 1, 0.9]), track: 123_456 }]);
    const style = { fontSize: 12, background: classColour(1), maxWidth: 80, maxHeight: 60 };
    expect(contains(image, new LabelCache().get('person #123456 0.87', style))).toBe(true);
  });

  it('draws where an object has been below the boxes, in the colour of its box', () => {
    const image = blankFrame(101, 101);
    const trail = [
      [0.1, 0.9],
      [0.5, 0.9],
      [0.5, 0.6],
    ] as const;
    drawDetections(image, [{ ...detection([0.4, 0.3, 0.6, 0.6]), trail, colour: [1, 2, 3] }]);
    for (const [x, y] of [
      [10, 90],
      [30, 90],
      [50, 75],
      [40, 45],
    ] as const) {
      expect(pixel(image, x, y)).toEqual([1, 2, 3]);
    }
    expect(pixel(image, 30, 75)).toEqual([GREY, GREY, GREY]);
  });

  it('scales a label down instead of cutting it off', () => {
    const style = { fontSize: 12, background: classColour(1), maxHeight: 40 };
    const wide = new LabelCache().get('a rather long label 0.87', { ...style, maxWidth: 1000 });
    const narrow = new LabelCache().get('a rather long label 0.87', { ...style, maxWidth: 100 });
    expect(wide.width).toBeGreaterThan(100);
    expect(narrow.width).toBeLessThanOrEqual(100);
    expect(narrow.height).toBeLessThan(wide.height);
  });

  it('accepts frames smaller than any label', () => {
    for (const [width, height] of [
      [1, 1],
      [16, 2],
      [3, 40],
    ] as const) {
      const image = blankFrame(width, height);
      drawDetections(image, [detection([0, 0, 1, 1])]);
      expect(image.data).toHaveLength(width * height * 3);
    }
  });

  it('draws larger letters in larger frames, including portrait ones', () => {
    const labelHeight = (width: number, height: number) => {
      const image = blankFrame(width, height);
      drawDetections(image, [detection([0.1, 0.5, 0.5, 0.9])]);
      return height / 2 - drawn(image, 0, height / 2).top;
    };
    expect(labelHeight(320, 240)).toBe(labelHeight(500, 400));
    expect(labelHeight(2560, 1440)).toBeGreaterThan(1.8 * labelHeight(1280, 720));
    expect(labelHeight(1080, 1920)).toBe(labelHeight(1920, 1080));
  });

  it.each([
    ['4K', 3840, 2160, 9],
    ['720p', 1280, 720, 3],
    ['portrait', 1080, 1920, 5],
  ])('keeps boxes and labels of a %s frame visible at 400 pixels wide', (_, width, height, lineWidth) => {
    const frame = blankFrame(width, height);
    drawDetections(frame, [detection([0.25, 0.5, 0.75, 0.9])]);
    const [left, middle] = [width / 4, Math.round(height * 0.7)];
    expect(pixel(frame, left + lineWidth - 1, middle)).toEqual([...classColour(1)]);
    expect(pixel(frame, left + lineWidth, middle)).toEqual([GREY, GREY, GREY]);

    const small = scaled(frame, 400);
    const row = Array.from({ length: 400 }, (_, x) => pixel(small, x, Math.round(small.height * 0.7)));
    const colour = classColour(1);
    const strength = (rgb: readonly number[]) => {
      const offset = colour.map((channel) => channel - GREY);
      const along = offset.reduce((sum, part, n) => sum + part * (rgb[n]! - GREY), 0);
      return along / offset.reduce((sum, part) => sum + part * part, 0);
    };
    for (const side of [row.slice(95, 106), row.slice(295, 306)]) {
      const inked = side.map(strength);
      expect(inked.reduce((sum, part) => sum + part)).toBeGreaterThan(0.85); // of a pixel in full colour
      expect(Math.max(...inked)).toBeGreaterThan(0.45); // if the line falls between two pixels
    }
    expect(textHeight(small, { left: 102, right: 160 })).toBeGreaterThanOrEqual(7);
  });

  it.each([
    [3840, 2160],
    [1080, 1920],
    [160, 120],
  ])('keeps labels inside a frame of %d x %d, even labels wider than the frame', (width, height) => {
    const corners = [0, 0.995].flatMap((x) => [0, 0.995].map((y) => [x, y, x + 0.005, y + 0.005] as const));
    for (const label of ['person', 'a very long class name '.repeat(20)]) {
      for (const box of corners) {
        const frame = blankFrame(width, height);
        drawDetections(frame, [detection(box, label)]);
        const { fontSize } = drawingSizes(frame);
        const style = { fontSize, background: classColour(1), maxWidth: width, maxHeight: height };
        const sprite = new LabelCache().get(`${label} 0.87`, style);
        expect(sprite.width).toBeLessThanOrEqual(width);
        expect(contains(frame, sprite)).toBe(true);
      }
    }
  });

  it('draws the highest score on top, regardless of order', () => {
    const strong = detection([0.2, 0.5, 0.6, 0.9], 'strong', 1, 0.9);
    const weak = detection([0.22, 0.52, 0.62, 0.9], 'weak', 2, 0.3);
    const unknown = detection([0.18, 0.48, 0.58, 0.9], 'unknown', 3, NaN);
    const style = { fontSize: 12, background: classColour(1), maxWidth: 400, maxHeight: 200 };
    const sprite = new LabelCache().get('strong 0.90', style);
    const drawings = [
      [strong, weak, unknown],
      [unknown, weak, strong],
    ].map((detections) => {
      const frame = blankFrame(400, 200);
      drawDetections(frame, detections);
      return frame;
    });
    for (const frame of drawings) {
      expect(contains(frame, sprite)).toBe(true);
      expect(pixel(frame, 239, 104)).toEqual([...classColour(1)]); // where the two boxes cross
    }
    expect(drawings[0]!.data.equals(drawings[1]!.data)).toBe(true);
  });

  it('draws no line across a label', () => {
    const alone = blankFrame(200, 100);
    drawDetections(alone, [detection([0.2, 0.5, 0.8, 0.9])]);
    const crossed = blankFrame(200, 100);
    drawDetections(crossed, [detection([0.2, 0.5, 0.8, 0.9]), detection([0.3, 0.1, 0.35, 0.95], '', 2, NaN)]);
    expect(pixel(crossed, 61, 45)).toEqual(pixel(alone, 61, 45));
  });
});

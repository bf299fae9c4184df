import { decodingSize, placement, toImage } from './placement';

const input = { width: 400, height: 300, resize: 'letterbox', align: 'top-left' } as const;

describe('placement', () => {
  it.each([
    [
      'the whole input when it is stretched',
      { ...input, resize: 'stretch' as const },
      [50, 80],
      [0, 0, 400, 300],
    ],
    ['the full width of a wide image', input, [1280, 720], [0, 0, 400, 225]],
    ['the full height of a tall image', input, [720, 1280], [0, 0, 169, 300]],
    ['more than the size of a small image', input, [40, 15], [0, 0, 400, 150]],
    ['the middle', { ...input, align: 'centre' as const }, [1280, 720], [0, 37, 400, 225]],
    ['the middle of the width', { ...input, align: 'centre' as const }, [300, 300], [50, 0, 300, 300]],
    ['at least one pixel', input, [10_000, 1], [0, 0, 400, 1]],
  ])('is %s', (_, frame, [width, height], [left, top, w, h]) => {
    expect(placement(frame, width!, height!)).toEqual({ left, top, width: w, height: h });
  });
});

describe('decodingSize', () => {
  const averaging = { ...input, antialias: true };
  it.each([
    [
      'the size of the input for a stretched image',
      { ...averaging, resize: 'stretch' as const },
      [1280, 720],
      [400, 300],
    ],
    ['the size in the input of a letterboxed image', averaging, [1280, 720], [400, 225]],
    ['its own for an image that would grow', averaging, [200, 100], [200, 100]],
    [
      'its own for one that would grow on one side',
      { ...averaging, resize: 'stretch' as const },
      [1280, 200],
      [1280, 200],
    ],
    ['its own without averaging', { ...averaging, antialias: false }, [1280, 720], [1280, 720]],
  ])('is %s', (_, frame, [width, height], [w, h]) => {
    expect(decodingSize(frame, { width: width!, height: height! })).toEqual({ width: w, height: h });
  });

  it('leaves nothing to resize', () => {
    for (const [width, height] of [
      [1279, 719],
      [853, 480],
      [640, 361],
      [3840, 2160],
      [427, 303],
    ]) {
      const size = decodingSize(averaging, { width: width!, height: height! });
      expect(placement(averaging, size.width, size.height)).toMatchObject(size);
    }
  });
});

describe('toImage', () => {
  const found = (...box: [number, number, number, number]) => ({
    box,
    classIndex: 0,
    label: 'cat',
    score: 0.9,
  });
  const place = { left: 0, top: 50, width: 400, height: 200 };

  it('removes the padding', () => {
    const [cat] = toImage([found(0.25, 1 / 6, 0.5, 0.5)], input, place);
    expect(cat).toMatchObject({ label: 'cat', classIndex: 0, score: 0.9 });
    [0.25, 0, 0.5, 0.5].forEach((side, i) => {
      expect(cat!.box[i]).toBeCloseTo(side, 12);
    });
  });

  it('clips boxes to the image and drops those in the padding', () => {
    const [cut, ...rest] = toImage(
      [found(0, 0, 1, 1), found(0, 0, 1, 0.1), found(0.2, 0.9, 0.4, 1)],
      input,
      place,
    );
    expect([cut!.box, rest]).toEqual([[0, 0, 1, 1], []]);
  });

  it('keeps the fractions of a stretched image', () => {
    const boxes = [found(0.1, 0.2, 0.3, 0.4)];
    expect(
      toImage(boxes, { ...input, resize: 'stretch' }, { left: 0, top: 0, width: 400, height: 300 }),
    ).toEqual(boxes);
  });
});

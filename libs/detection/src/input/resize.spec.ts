import { Resizer } from './resize';

type Input = ConstructorParameters<typeof Resizer>[0];

describe('Resizer', () => {
  const input = (width: number, height: number, change: Partial<Input> = {}): Input => ({
    name: 'images',
    width,
    height,
    layout: 'NCHW',
    dtype: 'float32',
    colour: 'RGB',
    resize: 'stretch',
    align: 'top-left',
    pad: 114,
    antialias: true,
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    ...change,
  });
  /** An image with the channels v, v + 1 and v + 2. */
  const image = (rows: number[][]) => ({
    width: rows[0]!.length,
    height: rows.length,
    rgb: Uint8Array.from(rows.flat().flatMap((v) => [v, v + 1, v + 2])),
  });
  const stretch = (to: Input, rows: number[][]): number[] => {
    const target = new Float32Array(3 * to.width * to.height);
    new Resizer(to).into(target, image(rows));
    return [...target];
  };
  const red = (to: Input, rows: number[][]): number[] => stretch(to, rows).slice(0, to.width * to.height);

  it('writes the channels as planes, red first', () => {
    expect(stretch(input(2, 1), [[10, 20]])).toEqual([10, 20, 11, 21, 12, 22]);
  });

  it.each([
    ['CHW', [10, 20, 11, 21, 12, 22]],
    ['NHWC', [10, 11, 12, 20, 21, 22]],
    ['HWC', [10, 11, 12, 20, 21, 22]],
  ] as const)('writes the layout %s', (layout, values) => {
    expect(stretch(input(2, 1, { layout }), [[10, 20]])).toEqual(values);
  });

  it('weights three pixels by the triangle when shrinking', () => {
    // centre at 2 of pixels 0..4, reach 5: pixels round(-.5) = 0, 2 and round(4.5) = 5, which is outside;
    // heights 1 - 2/5 and 1
    expect(red(input(1, 1), [[0, 10, 40, 90, 70]])[0]).toBeCloseTo((0 * 0.6 + 40 * 1) / 1.6, 4);
    // centre at 1 of pixels 0..2, reach 3: pixels 0 (round(-.5)), 1 and 3 (outside); heights 2/3 and 1
    expect(red(input(1, 1), [[30, 60, 90]])[0]).toBeCloseTo((30 * (2 / 3) + 60) / (5 / 3), 4);
    // the second of two targets over 7 pixels: centre at 4.75, reach 3.5: pixels 3, 5 and 7 (outside)
    expect(red(input(2, 1), [[0, 0, 0, 40, 0, 80, 0]])[1]).toBeCloseTo(
      (40 * 0.5 + 80 * (1 - 0.25 / 3.5)) / (0.5 + 1 - 0.25 / 3.5),
      4,
    );
  });

  it('keeps a uniform image uniform', () => {
    const rows = Array.from({ length: 31 }, () => Array<number>(57).fill(123));
    for (const value of red(input(10, 10), rows)) expect(value).toBeCloseTo(123, 3);
  });

  it('repeats the edges when enlarging', () => {
    // centres of 4 over 2 pixels: -0.25, 0.25, 0.75, 1.25
    expect(red(input(4, 1), [[0, 100]])).toEqual([0, 25, 75, 100]);
  });

  it('blends in both directions', () => {
    const rows = [
      [0, 100],
      [40, 180],
    ];
    expect(red(input(1, 1), rows)).toEqual([80]);
    expect(red(input(2, 4), rows).slice(2, 6)).toEqual([10, 120, 30, 160]);
  });

  it('normalises with scale, mean and std', () => {
    const to = input(1, 1, { scale: 0.5, mean: [1, 2, 4], std: [1, 2, 0.5] });
    expect(stretch(to, [[10]])).toEqual([(5 - 1) / 1, (5.5 - 2) / 2, (6 - 4) / 0.5]);
  });

  it('writes an image of the size of its place unchanged, in any layout', () => {
    const rows = [
      [10, 20],
      [40, 80],
    ];
    const letterbox = input(4, 2, { resize: 'letterbox', layout: 'NHWC', colour: 'BGR', align: 'centre' });
    expect(stretch(letterbox, rows).slice(3, 9)).toEqual([12, 11, 10, 22, 21, 20]);
    expect(red(input(2, 2, { scale: 0.5, mean: [1, 1, 1] }), rows)).toEqual([4, 9, 19, 39]);
  });

  it('skips pixels when shrinking without antialias', () => {
    // centres of 2 over 8 pixels: 1.5 and 5.5
    expect(red(input(2, 1, { antialias: false }), [[9, 10, 20, 9, 9, 40, 60, 9]])).toEqual([15, 50]);
  });

  it('writes the layout and colour order of the manifest', () => {
    const rows = [[10, 20]];
    expect(stretch(input(2, 1, { layout: 'NHWC' }), rows)).toEqual([10, 11, 12, 20, 21, 22]);
    expect(stretch(input(2, 1, { layout: 'NHWC', colour: 'BGR' }), rows)).toEqual([12, 11, 10, 22, 21, 20]);
    expect(stretch(input(2, 1, { colour: 'BGR' }), rows)).toEqual([12, 22, 11, 21, 10, 20]);
  });

  it('applies mean and std in colour order', () => {
    const to = input(1, 1, { colour: 'BGR', mean: [1, 2, 4], std: [1, 1, 2] });
    expect(stretch(to, [[10]])).toEqual([12 - 1, 11 - 2, (10 - 4) / 2]);
  });

  it('rounds to bytes', () => {
    const to = input(1, 1, { dtype: 'uint8' });
    const bytes = (row: number[]) => {
      const target = new Uint8Array(3);
      new Resizer(to).into(target, image([row]));
      return [...target];
    };
    expect(bytes([10, 11])).toEqual([11, 12, 13]); // 10.5, rounded up
    expect(bytes([253, 253, 253])).toEqual([253, 254, 255]);
  });

  it('pads a letterboxed image with normalised padding', () => {
    const to = input(4, 4, { resize: 'letterbox', pad: 100, scale: 0.5, mean: [10, 0, 0] });
    const target = new Float32Array(48).fill(7);
    const place = new Resizer(to).into(target, image([[60, 60]]));
    expect(place).toEqual({ left: 0, top: 0, width: 4, height: 2 });
    expect([...target.subarray(0, 16)]).toEqual([...Array<number>(8).fill(20), ...Array<number>(8).fill(40)]);
    expect([...target.subarray(24, 32)]).toEqual(Array<number>(8).fill(50));
  });

  it('centres a letterboxed image', () => {
    const to = input(3, 1, { resize: 'letterbox', align: 'centre', pad: 0, layout: 'NHWC' });
    expect(stretch(to, [[60]])).toEqual([0, 0, 0, 60, 61, 62, 0, 0, 0]);
  });

  it('writes only to its own part of a batch', () => {
    const to = input(2, 2, { resize: 'letterbox', layout: 'NHWC' });
    const batch = new Float32Array(36).fill(-1);
    new Resizer(to).into(batch.subarray(12), image([[50, 50]]));
    expect([...batch].map((value) => (value === -1 ? 0 : 1)).join('')).toBe(
      '0'.repeat(12) + '1'.repeat(12) + '0'.repeat(12),
    );
  });

  it('handles a change of the source size in either direction', () => {
    const resizer = new Resizer(input(1, 1));
    const target = new Float32Array(3);
    const both = [
      [10, 20],
      [30, 40],
    ];
    const seen = [[[0, 100]], [[0], [50]], [[8]], both, [[10, 30]]].map((rows) => {
      resizer.into(target, image(rows));
      return target[0];
    });
    expect(seen).toEqual([50, 25, 8, 25, 20]);
  });

  it('does not read beyond the image if its buffer is larger', () => {
    const target = new Float32Array(3);
    new Resizer(input(1, 1)).into(target, {
      width: 1,
      height: 1,
      rgb: Uint8Array.from([1, 2, 3, 255, 255, 255]),
    });
    expect([...target]).toEqual([1, 2, 3]);
  });
});

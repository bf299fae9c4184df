import { fromFloat16, toFloat16 } from './float16';

const halves = (...values: number[]) => {
  const target = new Uint16Array(values.length);
  toFloat16(Float32Array.from(values), target);
  return [...target];
};

describe('16-bit floats', () => {
  // bit patterns of IEEE 754 binary16
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [Infinity, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1 / 3, 0x3555],
  ])('%d has the bits %d', (value, bits) => {
    expect(halves(value)).toEqual([bits]);
  });

  it('rounds ties to even', () => {
    expect(halves(2049, 2051)).toEqual(halves(2048, 2052));
    expect(halves(1.5 * 2 ** -24, 2.5 * 2 ** -24)).toEqual([2, 2]);
  });

  it('keeps all 16-bit values in both directions', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, half) => half).filter(
      (half) => (half & 0x7c00) !== 0x7c00,
    );
    const target = new Uint16Array(all.length);
    toFloat16(fromFloat16(all), target);
    expect(target).toEqual(all);
  });

  it('keeps NaN', () => {
    expect([...fromFloat16(Uint16Array.from(halves(NaN)))]).toEqual([NaN]);
  });
});

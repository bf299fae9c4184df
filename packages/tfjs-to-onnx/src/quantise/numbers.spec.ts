import { codingOf, integerWeights } from './numbers';

describe('codingOf', () => {
  it.each([
    ['positive values', [0, 255], 1, 0],
    ['values around 0', [-100, 155], 1, 100],
    ['negative values', [-255, -10], 1, 255],
    ['values far from 0', [10, 510], 2, 0], // 0 must be exact
    ['nothing but 0', [0, 0], 1 / 255, 0],
  ] as const)('codes %s', (_, range, scale, zero) => {
    expect(codingOf(range)).toEqual({ scale: Math.fround(scale), zero });
  });
});

describe('integerWeights', () => {
  it('scales each output channel to its largest weight', () => {
    const made = integerWeights(Float32Array.of(1, -2, 0.25, 0.125), Float32Array.of(4, -1), 0.5);
    expect([...made.weights]).toEqual([64, -127, 127, 64]);
    const scales = [2 / 127, 0.25 / 127].map(Math.fround);
    expect([...made.scales]).toEqual(scales);
    expect([...made.biasScales]).toEqual(scales.map((scale) => Math.fround(scale / 2)));
    expect([...made.bias]).toEqual([508, -1016]); // 4 / (.5 * 2 / 127), -1 / (.5 * .25 / 127)
  });

  it('keeps the bias of a channel with tiny weights within 32 bits', () => {
    const { bias, biasScales, weights } = integerWeights(Float32Array.of(1e-12), Float32Array.of(8), 1);
    expect(bias[0]! * biasScales[0]!).toBeCloseTo(8, 5);
    expect(weights[0]).toBe(0);
  });

  it('accepts a channel without weights and bias', () => {
    const { scales, bias } = integerWeights(Float32Array.of(0), Float32Array.of(0), 1);
    expect([scales[0], bias[0]]).toEqual([1, 0]);
  });
});

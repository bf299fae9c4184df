import { indicesAbove } from './candidates';

describe('indicesAbove', () => {
  it('finds the values above the limit, in order, and never NaN', () => {
    expect(indicesAbove(Float32Array.of(0.5, 0.75, NaN, 0.25, 1), 0.5)).toEqual([1, 4]);
    expect(indicesAbove(Float32Array.of(NaN, -1), -Infinity)).toEqual([1]);
    expect(indicesAbove(new Float32Array(0), 0)).toEqual([]);
  });
});

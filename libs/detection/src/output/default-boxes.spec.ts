import { defaultBoxes } from './default-boxes';

describe('defaultBoxes', () => {
  const boxes = defaultBoxes();

  it('returns 8732 boxes', () => {
    expect(boxes).toHaveLength(4 * 8732);
  });

  // values of the original generator; undefined if only the size is known
  it.each([
    [0, 0.013333, 0.013333, 0.07, 0.07],
    [38, 0.013333, 0.04, 0.07, 0.07],
    [1444, undefined, undefined, 0.10247, 0.10247],
    [2888, undefined, undefined, 0.098995, 0.049497],
    [4332, undefined, undefined, 0.049497, 0.098995],
    [5776, 0.026667, 0.026667, 0.15, 0.15],
    [7942, 0.053333, 0.053333, 0.33, 0.33],
    [8542, 0.106667, 0.106667, 0.51, 0.51],
    [8692, 0.166667, 0.166667, 0.69, 0.69],
    [8728, 0.5, 0.5, 0.87, 0.87],
    [8729, undefined, undefined, 0.955772, 0.955772],
    [8731, 0.5, 0.5, 0.615183, 1],
  ])('number %i matches the original', (n, ...expected) => {
    expected.forEach((value, i) => {
      if (value !== undefined) expect(boxes[4 * n + i]).toBeCloseTo(value, 6);
    });
  });

  it('returns boxes inside the image', () => {
    expect([Math.min(...boxes) >= 0, Math.max(...boxes) <= 1]).toEqual([true, true]);
  });
});

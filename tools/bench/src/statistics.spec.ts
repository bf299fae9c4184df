import { quantile, ratio, spread } from './statistics';

describe('spread', () => {
  it.each([
    [[3], { median: 3, min: 3, max: 3 }],
    [[9, 1, 5], { median: 5, min: 1, max: 9 }],
    [[10, 2, 100, 4], { median: 7, min: 2, max: 100 }],
  ])('of %j', (values, expected) => {
    expect(spread(values)).toEqual(expected);
  });
});

it('ratio divides the medians, and the values of each round', () => {
  expect(ratio([20, 60, 40], [10, 15, 20])).toEqual({ ofMedians: 40 / 15, perRound: [2, 4, 2] });
});

it.each([
  [[5], 0.95, 5],
  [[4, 1, 3, 2], 0.5, 2],
  [[...Array(100).keys()], 0.95, 94],
])('quantile of %j at %f', (values, share, expected) => {
  expect(quantile(values, share)).toBe(expected);
});

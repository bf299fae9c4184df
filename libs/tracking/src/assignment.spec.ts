import { assign, NONE } from './assignment';
import { numbers } from '../test/scene';

const total = (cost: readonly number[], columns: number, pairs: Int32Array) =>
  pairs.reduce((sum, j, i) => sum + (j === NONE ? 0 : cost[i * columns + j]!), 0);

/** The least total of all assignments, by trying them. */
function least(cost: readonly number[], rows: number, columns: number, used: readonly number[] = []): number {
  const row = used.length;
  if (row === rows) return 0;
  const free = [...Array(columns).keys()].filter((j) => !used.includes(j));
  return Math.min(...free.map((j) => cost[row * columns + j]! + least(cost, rows, columns, [...used, j])));
}

describe('assign', () => {
  it('prefers the least total to the best single pair', () => {
    expect([...assign([1, 2, 2, 9], 2, 2)]).toEqual([1, 0]);
  });

  it.each([
    [3, 3],
    [3, 5],
    [5, 5],
    [1, 4],
  ])('finds the least total of %i rows and %i columns', (rows, columns) => {
    const random = numbers(7);
    for (let round = 0; round < 20; round++) {
      const cost = Array.from({ length: rows * columns }, () => random() * 2 - 1);
      expect(total(cost, columns, assign(cost, rows, columns))).toBeCloseTo(least(cost, rows, columns), 12);
    }
  });

  it('leaves the worst rows without a column if there are too few', () => {
    expect([...assign([5, 1, 3], 3, 1)]).toEqual([NONE, 0, NONE]);
  });

  it('accepts no rows or no columns', () => {
    expect([...assign([], 0, 3)]).toEqual([]);
    expect([...assign([], 2, 0)]).toEqual([NONE, NONE]);
  });

  it('refuses costs that are not finite', () => {
    expect(() => assign([NaN], 1, 1)).toThrow(RangeError);
  });
});

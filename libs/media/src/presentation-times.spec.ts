import { putInOrder } from './presentation-times';

const ordered = (times: number[]) => {
  putInOrder(times);
  return times.map((time) => Math.round(time * 1000));
};

describe('putInOrder', () => {
  it('keeps times that are in order', () => {
    expect(ordered([5, 5.04, 5.04, 5.2])).toEqual([5000, 5040, 5040, 5200]);
  });

  it('gives a frame without a time that of its predecessor', () => {
    expect(ordered([NaN, 0.04, NaN, 0.12])).toEqual([0, 40, 40, 120]);
  });

  it('moves the last frame of a part into the pause before it if the next part starts earlier', () => {
    expect(ordered([3.92, 3.96, 4.08, 4.04, 4.08, 4.12])).toEqual([3920, 3960, 4000, 4040, 4080, 4120]);
  });

  it('gives an early frame the time of its predecessor if there is no pause', () => {
    expect(ordered([0, 0.04, 0.08, 0.06, 0.12])).toEqual([0, 40, 80, 80, 120]);
    expect(ordered([10, 10.04, 0, 0.04])).toEqual([10_000, 10_040, 10_040, 10_040]);
  });
});

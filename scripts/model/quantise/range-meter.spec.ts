import { RangeMeter } from './range-meter';

function rangeOf(...runs: number[][]): [number, number] {
  const meter = new RangeMeter();
  for (const run of runs) meter.see(Float32Array.from(run));
  for (const run of runs) meter.count(Float32Array.from(run));
  return meter.range;
}

it('spans all runs', () => {
  expect(rangeOf([0, 1], [-3, 2])).toEqual([-3, 2]);
});

it('leaves out outliers', () => {
  const many = Array.from({ length: 50_000 }, (_, i) => i / 50_000);
  const [low, high] = rangeOf([...many, -1000, 1000]);
  expect(low).toBeGreaterThan(-1);
  expect(high).toBeLessThan(2);
});

it('accepts an activation that is always the same', () => {
  expect(rangeOf([2, 2])).toEqual([2, 2]);
});

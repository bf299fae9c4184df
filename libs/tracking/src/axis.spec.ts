import { Axis } from './axis';

/** The textbook filter with matrices: state (value, velocity), F = [1 t; 0 1], H = [1 0]. */
function reference(measured: readonly number[]): number[] {
  let [x, v] = [measured[0]!, 0];
  let [p00, p01, p10, p11] = [4, 0, 0, 9];
  for (const z of measured.slice(1)) {
    x += 2 * v;
    [p00, p01, p10, p11] = [
      p00 + 2 * p10 + 2 * (p01 + 2 * p11) + 2 * 0.5,
      p01 + 2 * p11,
      p10 + 2 * p11,
      p11 + 2 * 0.1,
    ];
    const [k0, k1] = [p00 / (p00 + 3), p10 / (p00 + 3)];
    const residual = z - x;
    [x, v] = [x + k0 * residual, v + k1 * residual];
    [p00, p01, p10, p11] = [(1 - k0) * p00, (1 - k0) * p01, p10 - k1 * p00, p11 - k1 * p01];
  }
  return [x, v];
}

it('agrees with the filter in matrix form', () => {
  const measured = [10, 13, 15, 19, 20, 24];
  const axis = new Axis(10, { value: 4, velocity: 9 });
  for (const value of measured.slice(1)) {
    axis.predict(2, { value: 0.5, velocity: 0.1 });
    axis.update(value, 3);
  }
  const [value, velocity] = reference(measured);
  expect(axis.value).toBeCloseTo(value!, 10);
  expect(axis.velocity).toBeCloseTo(velocity!, 10);
});

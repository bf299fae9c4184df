import { PrecisionUnavailableError } from '../errors';
import { type ExpectedOutput, type OutputTensor, part } from '../output/head';
import { type Expected } from './recipe';

/** Values kept of each output: the largest ones, which are detections, and as many spread over all. */
const KEPT = 64;

/** Significant digits of kept values. */
const DIGITS = 5;

/**
 * Largest accepted distance of an output from what it should be, as a share of its spread. Kernels with exact products
 * agree to .00005, kernels that saturate are .02 and more away (docs/decisions/0024).
 */
const TOLERANCE = 0.005;

type Named = readonly Pick<ExpectedOutput, 'name'>[];

/**
 * What later runs on the same image are compared with.
 * @param heads the outputs that the model's head reads, in the order of `outputs`
 */
export function expectationOf(heads: Named, outputs: readonly OutputTensor[]): Expected {
  const expected = heads.map(({ name }, i): [string, Expected[string]] => {
    const data = part(outputs[i], 0);
    const largest = Array.from(data.keys()).sort((a, b) => (data[b] ?? 0) - (data[a] ?? 0));
    const spread = Array.from({ length: KEPT }, (_, k) => Math.floor((k * data.length) / KEPT));
    const positions = [...new Set([...largest.slice(0, KEPT), ...spread])].sort((a, b) => a - b);
    return [name, { positions, values: positions.map((at) => Number((data[at] ?? 0).toPrecision(DIGITS))) }];
  });
  return Object.fromEntries(expected);
}

/**
 * Checks the outputs of an int8 model for the sample image. Kernels that saturate give wrong results without an error.
 * @param heads the outputs that the model's head reads, in the order of `outputs`
 * @throws PrecisionUnavailableError if they are too far from what they should be
 */
export function checkExpected(
  name: string,
  heads: Named,
  outputs: readonly OutputTensor[],
  expected: Expected,
): void {
  for (const [i, head] of heads.entries()) {
    const of = expected[head.name];
    const distance = of ? distanceOf(part(outputs[i], 0), of) : Infinity;
    if (distance <= TOLERANCE) continue;
    throw new PrecisionUnavailableError(
      `int8 is wrong on this CPU: in the self-check of ${name}, output ${head.name} is ${percent(distance)} off (accepted: ${percent(TOLERANCE)})`,
    );
  }
}

/** Mean distance from the expected values as a share of their mean deviation; infinite if a value is missing. */
function distanceOf(data: Float32Array, { positions, values }: Expected[string]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, value) => sum + Math.abs(value - mean), 0);
  const off = positions.reduce((sum, at, i) => sum + Math.abs((data[at] ?? NaN) - (values[i] ?? NaN)), 0);
  return Number.isNaN(off) ? Infinity : off / (spread || Number.MIN_VALUE);
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : 'infinitely far';
}

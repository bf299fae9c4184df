import type { Job, JobWarning } from '#jobs';
import { warningsOf } from './precision-warning';

const damaged = { code: 'START_UNDECODABLE', message: 'The first 2.0 s could not be decoded.' };
const job = (precision: Job['precision'], ...warnings: JobWarning[]) =>
  ({ precision, warnings }) as unknown as Job;
const codes = (...args: Parameters<typeof warningsOf>) => warningsOf(...args).map(({ code }) => code);

it('warns if detection began in int8 and was done in fp32, and keeps other warnings', () => {
  expect(codes(job('int8', damaged), 'fp32')).toEqual(['START_UNDECODABLE', 'DETECTED_IN_FP32']);
});

it.each([
  [undefined, 'int8'],
  ['int8', 'int8'],
  ['fp32', 'fp32'],
] as const)('does not warn if %s becomes %s', (wanted, precision) => {
  expect(codes(job(wanted, damaged), precision)).toEqual(['START_UNDECODABLE']);
});

it('replaces the warning of an earlier attempt', () => {
  const [warning] = warningsOf(job('int8'), 'fp32');
  expect(codes(job('int8', warning!), 'fp32')).toEqual(['DETECTED_IN_FP32']);
  expect(codes(job('int8', warning!), 'int8')).toEqual([]);
});

import { Logger } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { STATUSES, type Status } from '#jobs';
import { parseMetrics } from '../../../test/support/metrics';
import { countJobs } from './job-metrics';

type Counts = Record<Status, number>;

const none = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Counts;

beforeAll(() => {
  Logger.overrideLogger(false);
});

async function scrapeWith(countByStatus: () => Promise<Counts>, timeLimitMs?: number) {
  const registry = new Registry();
  new Gauge({ name: 'other', help: 'another metric', registers: [registry] }).set(7);
  countJobs(registry, { countByStatus }, timeLimitMs);
  return parseMetrics(await registry.metrics());
}

it('reports the number of jobs in every status, including zero', async () => {
  const samples = await scrapeWith(() => Promise.resolve({ ...none, ENQUEUE: 3 }));
  expect(samples.get('boxreel_jobs{status="ENQUEUE"}')).toBe(3);
  expect(STATUSES.map((status) => samples.get(`boxreel_jobs{status="${status}"}`))).toEqual(
    STATUSES.map((status) => (status === 'ENQUEUE' ? 3 : 0)),
  );
});

it.each([
  ['fails', () => Promise.reject(new Error('unavailable'))],
  ['does not respond', () => new Promise<never>(() => undefined)],
])('omits only the job metrics while the database %s', async (_, countByStatus) => {
  expect([...(await scrapeWith(countByStatus, 1))]).toEqual([['other', 7]]);
});

it('runs one query at a time, and uses its late result', async () => {
  const registry = new Registry();
  let answer!: (counts: Counts) => void;
  const countByStatus = jest.fn(() => new Promise<Counts>((resolve) => (answer = resolve)));
  countJobs(registry, { countByStatus }, 1);
  await registry.metrics();
  await registry.metrics();
  expect(countByStatus).toHaveBeenCalledTimes(1);
  const text = registry.metrics();
  answer({ ...none, ENQUEUE: 2 });
  expect(parseMetrics(await text).get('boxreel_jobs{status="ENQUEUE"}')).toBe(2);
});

it('counts waiting and running jobs in the backlog of a stage', async () => {
  const counts = {
    ...none,
    ENQUEUE: 1,
    PREPROCESSING_COMPLETE: 20,
    INFERENCING: 3,
    POSTPROCESSING_COMPLETE: 400,
  };
  const samples = await scrapeWith(() => Promise.resolve({ ...counts, INFERENCING_ERROR: 5000 }));
  const backlog = ['preprocess', 'infer', 'postprocess'].map((stage) =>
    samples.get(`boxreel_stage_backlog{stage="${stage}"}`),
  );
  expect(backlog).toEqual([1, 23, 0]);
});

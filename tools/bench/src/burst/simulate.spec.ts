import { byCpu, fixed, keda, type KedaOptions, type Scaler } from './scaler';
import { simulate, type Outcome, type SimulatedStage } from './simulate';

const stage = (
  secondsPerJob: number,
  scaler: Scaler,
  changes: Partial<SimulatedStage> = {},
): SimulatedStage => ({
  ...{ name: 'infer', secondsPerJob, scaler, startSeconds: 20, graceSeconds: 1000 },
  ...changes,
});

const behavior = { stabilizationS: 300, removeOneInS: 60 };
const usual: KedaOptions = {
  ...behavior,
  ...{ min: 0, max: 10, target: 1, counts: 'waiting and running', pollingS: 30, cooldownS: 300 },
};

/** The result of a burst that drains. */
const drained = (...args: Parameters<typeof simulate>): Outcome => simulate(...args)!;

describe('simulate', () => {
  it.each([
    [1, 1000],
    [3, 340], // 34 rounds of 3
    [100, 10],
    [200, 10],
  ])('with %i replicas drains 100 jobs of 10 s in %i s', (replicas, seconds) => {
    const { drainedAt, jobTimes, stages } = drained(100, [stage(10, fixed(replicas))]);
    expect(drainedAt).toBe(seconds);
    expect(jobTimes).toHaveLength(100);
    expect(stages[0]).toMatchObject({
      peakReplicas: replicas,
      replicaSeconds: replicas * seconds,
      busyStops: 0,
    });
  });

  it('takes as long as the slowest stage, plus the other stages of the last job', () => {
    const chain = [stage(2, fixed(1)), stage(10, fixed(1)), stage(3, fixed(1))];
    expect(drained(50, chain).drainedAt).toBe(2 + 50 * 10 + 3);
  });

  it('reports the time of every job', () => {
    expect(drained(4, [stage(5, fixed(2))]).jobTimes).toEqual([5, 5, 10, 10]);
  });

  it('gives up on a queue that never drains', () => {
    expect(simulate(1, [stage(5, fixed(0))])).toBeUndefined();
  });
});

describe('KEDA', () => {
  it('starts from 0, doubles or adds 4 per sync, and stops at the maximum', () => {
    const { stages } = drained(1000, [stage(30, keda(usual))]);
    expect(stages[0]).toMatchObject({ peakReplicas: 10, busyStops: 0 });
  });

  it('keeps a replica for every running job until the last one is done', () => {
    const { stages } = drained(12, [stage(700, keda({ ...usual, max: 12 }))]);
    expect(stages[0]).toMatchObject({ busyStops: 0, released: 0 });
  });

  it('stops busy replicas if only waiting jobs are counted', () => {
    const waiting = keda({ ...usual, max: 12, counts: 'waiting' });
    const { stages } = drained(12, [stage(700, waiting)]);
    expect(stages[0]!.busyStops).toBeGreaterThan(0);
    expect(stages[0]!.released).toBe(0); // the grace period is long enough
  });

  it('never finishes a long job if only waiting jobs are counted and the grace period is short', () => {
    const waiting = keda({ ...usual, counts: 'waiting' });
    expect(simulate(1, [stage(700, waiting, { graceSeconds: 25 })])).toBeUndefined();
    expect(drained(1, [stage(700, keda(usual), { graceSeconds: 25 })]).stages[0]).toMatchObject({
      released: 0,
    });
  });
});

it('scaling by CPU grows slower than by the queue, and ignores its length', () => {
  const run = (scaler: Scaler) => drained(100, [stage(60, scaler)]).drainedAt;
  const queue = run(keda({ ...usual, min: 1 }));
  expect(run(byCpu({ ...behavior, max: 10, utilization: 0.8 }))).toBeGreaterThan(queue);
});

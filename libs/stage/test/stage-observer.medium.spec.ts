import type { AttemptOutcome, StageHandler, StageObserver } from '#stage';
import { db, enqueue, makeWorker, run as start, useWorkers } from './worker-harness';
import { options as usual } from './worker-options';

const options = { ...usual, maxAttempts: 2, stopGraceMs: 0 };

useWorkers();

/** Records the events of one job until `ends` attempts have ended. */
async function observe(run: StageHandler['run'], ends: number) {
  const events: { frames: number[]; outcomes: AttemptOutcome[]; seconds: number[] } = {
    frames: [],
    outcomes: [],
    seconds: [],
  };
  await enqueue();
  await new Promise<void>((enough) => {
    const observer: StageObserver = {
      frames: (_, count) => {
        events.frames.push(count);
      },
      ended: (_, outcome, seconds) => {
        events.outcomes.push(outcome);
        events.seconds.push(seconds);
        if (events.outcomes.length === ends) enough();
      },
    };
    start(makeWorker({ handler: { stage: 'preprocess', run }, options, observer }));
  });
  return events;
}

it('reports each frame once, and the completion', async () => {
  const events = await observe(({ progress }) => {
    for (const done of [0, 1, 1, 4]) progress(done, 4);
    return Promise.resolve({ artifacts: [] });
  }, 1);
  expect(events).toMatchObject({ frames: [1, 3], outcomes: ['completed'] });
  expect(events.seconds[0]).toBeGreaterThan(0);
});

it('distinguishes a failure that is retried from the last one', async () => {
  const events = await observe(() => Promise.reject(new Error('disk hiccup')), 2);
  expect(events.outcomes).toEqual(['retried', 'failed']);
});

it('reports a lost lease', async () => {
  const events = await observe(async ({ id }) => {
    await db.edit(id, { $set: { lease: { owner: 'winner', token: 'winner' } } });
    return { artifacts: [] };
  }, 1);
  expect(events.outcomes).toEqual(['lost']);
});

it('reports a job that the claim itself ends', async () => {
  const events = await observe(async ({ id }) => {
    // The record looks as if the worker had died in its last attempt.
    await db.edit(id, { $set: { attempts: 2, availableAt: new Date(0), lease: { owner: 'x', token: 'x' } } });
    return { artifacts: [] };
  }, 2);
  expect(events.outcomes).toEqual(['lost', 'failed']);
  expect(events.seconds[1]).toBe(0);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newJobId } from '#jobs';
import {
  LocalTimeline,
  StageWorker,
  type AttemptOutcome,
  type StageHandler,
  type StageObserver,
} from '#stage';
import { Attempts, Workspace } from '#workspace';
import { newJob, startDatabase, type TestDatabase } from '../../../test/support/database';
import { options as usual, silent } from './worker-options';

const options = { ...usual, maxAttempts: 2, stopGraceMs: 0 };

let db: TestDatabase;
let root: string;

beforeAll(async () => {
  db = await startDatabase();
  root = await mkdtemp(join(tmpdir(), 'boxreel-observer-'));
});
afterEach(() => db.clear());
afterAll(async () => {
  await rm(root, { recursive: true });
  await db.close();
});

/** Records the events of one job until `ends` attempts have ended. */
async function observe(run: StageHandler['run'], ends: number) {
  const events: { frames: number[]; outcomes: AttemptOutcome[]; seconds: number[] } = {
    frames: [],
    outcomes: [],
    seconds: [],
  };
  await db.jobs.enqueue(newJobId(), newJob());
  let worker: StageWorker | undefined;
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
    const handler: StageHandler = { stage: 'preprocess', run };
    const timeline = new LocalTimeline(db.jobs);
    worker = new StageWorker(
      handler,
      db.jobs,
      new Attempts(new Workspace(root)),
      timeline,
      options,
      silent,
      observer,
    );
    worker.onApplicationBootstrap();
  });
  await worker?.beforeApplicationShutdown();
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

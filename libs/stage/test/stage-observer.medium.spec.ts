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

/** What the observer is told while one job is worked on, up to so many ends of attempts. */
async function observe(run: StageHandler['run'], ends: number) {
  const told: { frames: number[]; outcomes: AttemptOutcome[]; seconds: number[] } = {
    frames: [],
    outcomes: [],
    seconds: [],
  };
  await db.jobs.enqueue(newJobId(), newJob());
  let worker: StageWorker | undefined;
  await new Promise<void>((enough) => {
    const observer: StageObserver = {
      frames: (_, count) => {
        told.frames.push(count);
      },
      ended: (_, outcome, seconds) => {
        told.outcomes.push(outcome);
        told.seconds.push(seconds);
        if (told.outcomes.length === ends) enough();
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
  return told;
}

it('is told of frames as they are done, each once, and of the hand-over', async () => {
  const told = await observe(({ progress }) => {
    for (const done of [0, 1, 1, 4]) progress(done, 4);
    return Promise.resolve({ artifacts: [] });
  }, 1);
  expect(told).toMatchObject({ frames: [1, 3], outcomes: ['completed'] });
  expect(told.seconds[0]).toBeGreaterThan(0);
});

it('tells a failure that is tried again from the last one', async () => {
  const told = await observe(() => Promise.reject(new Error('disk hiccup')), 2);
  expect(told.outcomes).toEqual(['retried', 'failed']);
});

it('is told of a lost lease', async () => {
  const told = await observe(async ({ id }) => {
    await db.edit(id, { $set: { lease: { owner: 'winner', token: 'winner' } } });
    return { artifacts: [] };
  }, 1);
  expect(told.outcomes).toEqual(['lost']);
});

it('is told of a job that no worker can work on', async () => {
  const told = await observe(async ({ id }) => {
    // The worker dies without a word, as far as the record tells, with its last attempt.
    await db.edit(id, { $set: { attempts: 2, availableAt: new Date(0), lease: { owner: 'x', token: 'x' } } });
    return { artifacts: [] };
  }, 2);
  expect(told.outcomes).toEqual(['lost', 'failed']);
  expect(told.seconds[1]).toBe(0);
});

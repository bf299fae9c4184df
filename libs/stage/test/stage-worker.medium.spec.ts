import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newJobId, type Job, type JobRepository } from '#jobs';
import { MediaError } from '#media';
import {
  LocalTimeline,
  StageWorker,
  type StageContext,
  type StageHandler,
  type StageOutcome,
  type Timeline,
} from '#stage';
import { Attempts, Workspace } from '#workspace';
import { newJob, startDatabase, type TestDatabase } from '../../../test/support/database';
import { options as usual, silent } from './worker-options';

const options = { ...usual, leaseMs: 1_500, retryDelayMs: 10, pollMinMs: 10, pollMaxMs: 50 };

let db: TestDatabase;
let root: string;
let workspace: Workspace;
let workers: StageWorker[];

beforeAll(async () => {
  db = await startDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'boxreel-stage-'));
  workspace = new Workspace(root);
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.beforeApplicationShutdown()));
  await db.clear();
  await rm(root, { recursive: true });
});

function startWorker(
  run: StageHandler['run'],
  extra: {
    jobs?: JobRepository;
    timeline?: Timeline;
    stopGraceMs?: number;
    stallMs?: number;
    resumable?: boolean;
  } = {},
): StageWorker {
  const { jobs = db.jobs, timeline = new LocalTimeline(db.jobs), resumable = false, ...changed } = extra;
  const handler: StageHandler = { stage: 'preprocess', run, resumable };
  const worker = new StageWorker(
    handler,
    jobs,
    new Attempts(workspace),
    timeline,
    { ...options, ...changed },
    silent,
  );
  workers.push(worker);
  worker.onApplicationBootstrap();
  return worker;
}

async function enqueue(): Promise<string> {
  const id = newJobId();
  await db.jobs.enqueue(id, newJob());
  return id;
}

/** Polls the record until the condition holds. */
async function eventually(id: string, condition: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await db.jobs.get(id);
    if (condition(job)) return job;
    await new Promise(setImmediate);
  }
}

/** A promise that the test settles by hand. */
function deferred(): { promise: Promise<unknown>; resolve: (value?: unknown) => void } {
  let resolve!: (value?: unknown) => void;
  const promise = new Promise<unknown>((settle) => (resolve = settle));
  return { promise, resolve };
}

const inStatus = (status: string) => (job: Job) => job.STATUS === status;

async function makeFrame({ attempt }: StageContext, content = 'frame'): Promise<StageOutcome> {
  await mkdir(attempt.path('src_frame'));
  await writeFile(attempt.path('src_frame', 'frame_0.jpg'), content);
  return { artifacts: ['src_frame'] };
}

const untilAborted = async ({ signal }: StageContext): Promise<never> => {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
};

it('publishes the artifacts, stamps both times in order and completes the stage', async () => {
  const id = await enqueue();
  startWorker((context) => makeFrame(context));
  const job = await eventually(id, inStatus('PREPROCESSING_COMPLETE'));
  expect(await readFile(workspace.path(id, 'src_frame', 'frame_0.jpg'), 'utf8')).toBe('frame');
  expect(await readdir(join(root, id))).toEqual(['src_frame']);
  expect(job.PREPROCESSING_START!.getTime()).toBeGreaterThanOrEqual(job.PROCESS_START!.getTime());
  expect(job.PREPROCESSING_END!.getTime()).toBeGreaterThanOrEqual(job.PREPROCESSING_START!.getTime());
});

it('retries an unexpected error in a clean folder, and clears it on success', async () => {
  const id = await enqueue();
  let calls = 0;
  startWorker(async (context) => {
    await makeFrame(context);
    if (++calls < 3) throw new Error('disk hiccup');
    return { artifacts: ['src_frame'] };
  });
  const job = await eventually(id, inStatus('PREPROCESSING_COMPLETE'));
  expect(calls).toBe(3);
  expect(job).not.toHaveProperty('error');
});

it('ends in the error status once the attempts are used up, and claims the next job', async () => {
  const id = await enqueue();
  let calls = 0;
  startWorker(async (context) => {
    if (context.id === id) {
      calls++;
      throw new Error('boom');
    }
    return makeFrame(context);
  });
  const job = await eventually(id, inStatus('FRAME_CONVERT_ERROR'));
  expect(calls).toBe(3);
  expect(job.error).toMatchObject({
    code: 'INTERNAL',
    stage: 'preprocess',
    message: expect.stringMatching(/internal error.* Gave up after 3 attempts\.$/) as string,
  });
  expect((await readdir(root)).filter((name) => name !== '.incoming')).toEqual([]);
  await eventually(await enqueue(), inStatus('PREPROCESSING_COMPLETE'));
});

it('does not retry a fault of the input', async () => {
  const id = await enqueue();
  let calls = 0;
  startWorker(() => {
    calls++;
    return Promise.reject(new MediaError('NOT_A_VIDEO', 'This is not a video.'));
  });
  const job = await eventually(id, inStatus('FRAME_CONVERT_ERROR'));
  expect(calls).toBe(1);
  expect(job.error).toMatchObject({ code: 'NOT_A_VIDEO', message: 'This is not a video.' });
});

it('renews the lease beyond its length, and stores the progress', async () => {
  const id = await enqueue();
  const finished = deferred();
  startWorker(async (context) => {
    context.progress(7, 9);
    await finished.promise;
    return makeFrame(context);
  });
  const first = await eventually(id, (job) => job.progress?.done === 7);
  // Two more heartbeats extend the lease beyond its initial length.
  await eventually(id, (job) => job.availableAt!.getTime() > first.availableAt!.getTime() + options.leaseMs);
  expect((await db.jobs.get(id)).attempts).toBe(1);
  finished.resolve();
  await eventually(id, inStatus('PREPROCESSING_COMPLETE'));
});

it('aborts when another worker takes the lease, and touches neither its record nor its files', async () => {
  const id = await enqueue();
  const started = deferred();
  const aborted = deferred();
  const worker = startWorker(async (context) => {
    await makeFrame(context, 'loser');
    started.resolve();
    await untilAborted(context).catch(aborted.resolve);
    return { artifacts: ['src_frame'] };
  });
  await started.promise;
  await db.edit(id, { $set: { lease: { owner: 'winner', token: 'winner' } } });
  expect(await aborted.promise).toMatchObject({ code: 'LEASE_LOST' });
  await worker.beforeApplicationShutdown();
  expect(await db.jobs.get(id)).toMatchObject({ STATUS: 'PREPROCESSING', lease: { token: 'winner' } });
  expect((await readdir(root)).filter((name) => name !== '.incoming')).toEqual([]);
});

it('aborts when the job is deleted, and leaves no files', async () => {
  const id = await enqueue();
  startWorker(async (context) => {
    await makeFrame(context);
    return untilAborted(context);
  });
  await eventually(id, inStatus('PREPROCESSING'));
  await db.jobs.delete(id);
  await workspace.remove(id);
  await eventuallyEmpty();
});

async function eventuallyEmpty(): Promise<void> {
  while ((await readdir(root)).some((entry) => entry !== '.incoming')) await new Promise(setImmediate);
  expect(await readdir(join(root, '.incoming')).catch(() => [])).toEqual([]);
}

it('lets the running job finish within the grace period of a stop', async () => {
  const id = await enqueue();
  const started = deferred();
  const finished = deferred();
  const worker = startWorker(async (context) => {
    started.resolve();
    await finished.promise;
    return makeFrame(context);
  });
  await started.promise;
  const stopped = worker.beforeApplicationShutdown();
  finished.resolve();
  await stopped;
  expect((await db.jobs.get(id)).STATUS).toBe('PREPROCESSING_COMPLETE');
});

it('releases the job after the grace period of a stop, without counting the attempt', async () => {
  const id = await enqueue();
  const worker = startWorker(untilAborted, { stopGraceMs: 0 });
  await eventually(id, inStatus('PREPROCESSING'));
  await worker.beforeApplicationShutdown();
  expect(await db.jobs.get(id)).toMatchObject({ STATUS: 'ENQUEUE', attempts: 0 });
  expect((await readdir(root)).filter((name) => name !== '.incoming')).toEqual([]);
  startWorker((context) => makeFrame(context));
  await eventually(id, inStatus('PREPROCESSING_COMPLETE'));
});

it('aborts and retries an attempt without progress, and reports the reason in the end', async () => {
  const id = await enqueue();
  const aborted: unknown[] = [];
  startWorker(
    async (context) => {
      context.progress(1, 9);
      if (!context.signal.aborted) await once(context.signal, 'abort');
      aborted.push(context.signal.reason);
      throw context.signal.reason;
    },
    { stallMs: 40 },
  );
  const job = await eventually(id, inStatus('FRAME_CONVERT_ERROR'));
  expect(aborted).toHaveLength(3);
  expect(job.error).toMatchObject({
    code: 'STALLED',
    message: 'The attempt was aborted: it made no progress for 0.04 s. Gave up after 3 attempts.',
  });
});

it('aborts when the job is cancelled, and leaves it cancelled', async () => {
  const id = await enqueue();
  const started = deferred();
  const aborted = deferred();
  startWorker(async (context) => {
    await makeFrame(context);
    started.resolve();
    return untilAborted(context).catch((error: unknown) => {
      aborted.resolve(error);
      throw error;
    });
  });
  await started.promise;
  await db.jobs.cancel(id);
  expect(await aborted.promise).toMatchObject({ code: 'LEASE_LOST' });
  await eventuallyEmpty();
  expect((await db.jobs.get(id)).STATUS).toBe('CANCELLED');
});

it.each([true, false])(
  'passes the files of a failed attempt to the next one only if it is resumable: %s',
  async (resumable) => {
    const id = await enqueue();
    const before: (string | undefined)[] = [];
    const run = async (context: StageContext) => {
      const { predecessor } = context.attempt;
      before.push(predecessor && (await readFile(join(predecessor, 'src_frame', 'frame_0.jpg'), 'utf8')));
      const outcome = await makeFrame(context, `attempt ${before.length}`);
      if (before.length < 3) throw new Error('disk hiccup');
      return outcome;
    };
    startWorker(run, { resumable });
    await eventually(id, inStatus('PREPROCESSING_COMPLETE'));
    expect(before).toEqual([undefined, ...(resumable ? ['attempt 1', 'attempt 2'] : [undefined, undefined])]);
    expect(await readdir(join(root, id))).toEqual(['src_frame']);
  },
);

it('resumes from its own files when its lease expired because the database did not answer', async () => {
  const id = await enqueue();
  let unavailable = true;
  const jobs = new Proxy(db.jobs, {
    get: (target, name: keyof typeof db.jobs) =>
      name === 'heartbeat' && unavailable
        ? () => Promise.reject(new Error('connection refused'))
        : target[name].bind(target),
  });
  const before: (string | undefined)[] = [];
  const run = async (context: StageContext) => {
    const { predecessor } = context.attempt;
    before.push(predecessor && (await readFile(join(predecessor, 'src_frame', 'frame_0.jpg'), 'utf8')));
    const outcome = await makeFrame(context, 'half done');
    if (before.length > 1) return outcome;
    return untilAborted(context).finally(() => (unavailable = false));
  };
  startWorker(run, { jobs, resumable: true });
  const job = await eventually(id, inStatus('PREPROCESSING_COMPLETE'));
  expect(before).toEqual([undefined, 'half done']);
  expect(job.claims).toBe(2);
  expect(await readdir(join(root, id))).toEqual(['src_frame']);
});

it('retries reports while the timeline is unavailable', async () => {
  const id = await enqueue();
  const local = new LocalTimeline(db.jobs);
  let calls = 0;
  const flaky: Timeline = {
    report: (...args) =>
      ++calls % 3 === 0
        ? local.report(args[0], args[1], args[2])
        : Promise.reject(new Error('connection refused')),
  };
  startWorker((context) => makeFrame(context), { timeline: flaky });
  const job = await eventually(id, inStatus('PREPROCESSING_COMPLETE'));
  expect(job.attempts).toBe(0);
  expect(calls).toBe(6);
});

it('shares the queue between two workers, each job once', async () => {
  const ids = await Promise.all([...Array(12).keys()].map(() => enqueue()));
  const runs: string[] = [];
  const run = (context: StageContext) => {
    runs.push(context.id);
    return makeFrame(context);
  };
  startWorker(run);
  startWorker(run);
  for (const id of ids) await eventually(id, inStatus('PREPROCESSING_COMPLETE'));
  expect([...runs].sort()).toEqual([...ids].sort());
});

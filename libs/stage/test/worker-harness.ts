import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newJobId, type Job, type JobRepository } from '#jobs';
import {
  LocalTimeline,
  StageQueue,
  Worker,
  type StageContext,
  type StageHandler,
  type StageObserver,
  type StageOutcome,
  type Timeline,
  type WorkerOptions,
} from '#stage';
import { Attempts, Workspace } from '#workspace';
import { newJob, startDatabase, type TestDatabase } from '../../../test/support/database';
import { options as usual, silent } from './worker-options';

export const options = { ...usual, leaseMs: 1_500, retryDelayMs: 10, pollMinMs: 10, pollMaxMs: 50 };

export let db: TestDatabase;
export let root: string;
export let workspace: Workspace;
let workers: Worker[];

/** Gives each test an empty database and volume, and stops its workers afterwards. */
export function useWorkers(): void {
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
}

export function startWorker(
  work: StageHandler['run'],
  extra: {
    jobs?: JobRepository;
    timeline?: Timeline;
    stopGraceMs?: number;
    stallMs?: number;
    resumable?: boolean;
  } = {},
): Worker {
  const { jobs = db.jobs, timeline = new LocalTimeline(db.jobs), resumable = false, ...changed } = extra;
  const handler: StageHandler = { stage: 'preprocess', run: work, resumable };
  const worker = makeWorker({ handler, jobs, timeline, options: { ...options, ...changed } });
  run(worker);
  return worker;
}

/** A worker of a stage that has not been started. */
export function makeWorker({
  handler,
  observer,
  ...others
}: {
  handler: StageHandler;
  jobs?: JobRepository;
  attempts?: Attempts;
  timeline?: Timeline;
  options?: WorkerOptions;
  observer?: StageObserver;
}): Worker {
  const tools = {
    ...{ handler, jobs: db.jobs, attempts: new Attempts(workspace), timeline: new LocalTimeline(db.jobs) },
    ...{ options, logger: silent, ...others },
  };
  return new Worker(new StageQueue(tools), tools.attempts.workspace, tools.options, silent, observer);
}

/** Starts a worker, which the harness stops after the test. */
export function run(worker: Worker): void {
  workers.push(worker);
  worker.onApplicationBootstrap();
}

export async function enqueue(): Promise<string> {
  const id = newJobId();
  await db.jobs.enqueue(id, newJob());
  return id;
}

/** Polls the record until the condition holds. */
export async function eventually(id: string, condition: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await db.jobs.get(id);
    if (condition(job)) return job;
    await new Promise(setImmediate);
  }
}

/** A promise that the test settles manually. */
export function deferred(): { promise: Promise<unknown>; resolve: (value?: unknown) => void } {
  let resolve!: (value?: unknown) => void;
  const promise = new Promise<unknown>((settle) => (resolve = settle));
  return { promise, resolve };
}

export const inStatus = (status: string) => (job: Job) => job.STATUS === status;

export async function makeFrame({ attempt }: StageContext, content = 'frame'): Promise<StageOutcome> {
  await mkdir(attempt.path('src_frame'));
  await writeFile(attempt.path('src_frame', 'frame_0.jpg'), content);
  return { artifacts: ['src_frame'] };
}

export const untilAborted = async ({ signal }: StageContext): Promise<never> => {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
};

export async function eventuallyEmpty(): Promise<void> {
  while ((await readdir(root)).some((entry) => entry !== '.incoming')) await new Promise(setImmediate);
  expect(await readdir(join(root, '.incoming')).catch(() => [])).toEqual([]);
}

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from '#media';
import { ExplainedError, LocalTimeline, type StageContext, type Timeline } from '#stage';
import {
  db,
  deferred,
  enqueue,
  eventually,
  inStatus,
  makeFrame,
  options,
  root,
  startWorker,
  untilAborted,
  workspace,
  useWorkers,
} from './worker-harness';

useWorkers();

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

it('does not retry an error that has already been retried for minutes', async () => {
  const id = await enqueue();
  let calls = 0;
  startWorker(() => {
    calls++;
    return Promise.reject(new ExplainedError('MODEL_UNAVAILABLE', 'The model cannot be downloaded.'));
  });
  const job = await eventually(id, inStatus('FRAME_CONVERT_ERROR'));
  expect(calls).toBe(1);
  expect(job.error).toMatchObject({ code: 'MODEL_UNAVAILABLE', message: 'The model cannot be downloaded.' });
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

it('resumes from its own files when its lease expired because the database did not respond', async () => {
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

import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import {
  db,
  deferred,
  enqueue,
  eventually,
  eventuallyEmpty,
  inStatus,
  makeFrame,
  root,
  startWorker,
  untilAborted,
  workspace,
  useWorkers,
} from './worker-harness';

useWorkers();

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

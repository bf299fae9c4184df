import { InvalidJobIdError, JobNotFoundError, LeaseLostError, STAGES, newJobId, type Lease } from '#jobs';
import { newJob } from '../../../test/support/database';
import { Queue, lease } from './queue';

const { preprocess, infer } = STAGES;
const past = new Date(0);
const queue = new Queue();
const { enqueue, claim } = queue;

describe('enqueue', () => {
  it('creates a waiting record whose PROCESS_START is the arrival of the request', async () => {
    const id = newJobId();
    const before = Date.now();
    const job = await queue.db.jobs.enqueue(id, { ...newJob('한국어 "$clip".mp4'), elapsedMs: 5_000 });
    expect(job).toMatchObject({ FILENAME: '한국어 "$clip".mp4', STATUS: 'ENQUEUE', attempts: 0 });
    expect(job).toMatchObject({ video: newJob().video, options: newJob().options });
    expect(job.PROCESS_START!.getTime()).toBeGreaterThanOrEqual(before - 5_001);
    expect(job.PROCESS_START!.getTime()).toBeLessThanOrEqual(Date.now() - 5_000);
  });

  it('does not evaluate a file name that looks like an expression', async () => {
    const id = await enqueue('$STATUS');
    expect((await queue.db.jobs.get(id)).FILENAME).toBe('$STATUS');
  });
});

describe('claim', () => {
  it('claims the oldest of equal jobs first, and each job once', async () => {
    const ids = [await enqueue(), await enqueue(), await enqueue()];
    const claimed = [await claim(), await claim(), await claim(), await claim()];
    expect(claimed.map((job) => job?._id.toHexString())).toEqual([...ids, undefined]);
  });

  it('gives each of 30 jobs to one of 8 concurrent workers', async () => {
    for (let i = 0; i < 30; i++) await enqueue();
    const taken: string[] = [];
    await Promise.all(
      [...Array(8).keys()].map(async (n) => {
        for (let job = await claim(preprocess, `t${n}`); job; job = await claim(preprocess, `t${n}`)) {
          taken.push(job._id.toHexString());
        }
      }),
    );
    expect(taken).toHaveLength(30);
    expect(new Set(taken).size).toBe(30);
  });

  it('holds the job under a lease and counts the attempt', async () => {
    await enqueue();
    const job = await claim();
    expect(job).toMatchObject({
      STATUS: 'PREPROCESSING',
      attempts: 1,
      lease: { owner: 'worker', token: 'token' },
      progress: { done: 0, total: null },
    });
    expect(job!.availableAt!.getTime()).toBeGreaterThan(Date.now() + 30_000);
  });

  it('claims a job whose lease expired, with a new token', async () => {
    const id = await enqueue();
    await claim(preprocess, 'first');
    expect(await claim(preprocess, 'second')).toBeUndefined();
    await queue.db.edit(id, { $set: { availableAt: past } });
    expect(await claim(preprocess, 'second')).toMatchObject({ attempts: 2, lease: { token: 'second' } });
  });

  it('ends a job in the error state once its attempts are used up', async () => {
    const id = await enqueue();
    for (let attempt = 1; attempt <= 2; attempt++) {
      await claim(preprocess, `t${attempt}`, 2);
      await queue.db.edit(id, { $set: { availableAt: past } });
    }
    const failed = await claim(preprocess, 't3', 2);
    expect(failed).toMatchObject({
      STATUS: 'FRAME_CONVERT_ERROR',
      error: {
        code: 'WORKER_KILLED',
        stage: 'preprocess',
        message:
          'The worker of the last of 2 attempts stopped without giving a reason: it was killed or ran out of memory.',
      },
    });
    expect(failed!.error!.at).toBeInstanceOf(Date);
    expect(failed).not.toHaveProperty('lease');
    expect(await claim(preprocess, 't4', 2)).toBeUndefined();
  });

  it('adds the reason of an earlier attempt if the last worker was killed', async () => {
    const id = await enqueue();
    await claim(preprocess, 't1', 2);
    await queue.db.jobs.retryLater(lease(id, 't1'), { code: 'INTERNAL', message: 'The disk $hiccuped.' }, 0);
    await claim(preprocess, 't2', 2);
    await queue.db.edit(id, { $set: { availableAt: past } });
    const failed = await claim(preprocess, 't3', 2);
    expect(failed!.error).toMatchObject({ code: 'WORKER_KILLED' });
    expect(failed!.error!.message).toMatch(/ran out of memory\. Before that: The disk \$hiccuped\.$/);
  });

  it('keeps the reason of the last attempt if the limit of attempts was lowered', async () => {
    const id = await enqueue();
    await claim(preprocess, 't1', 3);
    await queue.db.jobs.retryLater(lease(id, 't1'), { code: 'INTERNAL', message: 'The disk hiccuped.' }, 0);
    expect(await claim(preprocess, 't2', 1)).toMatchObject({
      STATUS: 'FRAME_CONVERT_ERROR',
      error: { code: 'INTERNAL', message: 'The disk hiccuped.' },
    });
  });

  it('counts claims across all stages', async () => {
    const id = await enqueue();
    expect(await claim(preprocess, 'a')).toMatchObject({ claims: 1 });
    await queue.db.jobs.release(lease(id, 'a'));
    expect(await claim(preprocess, 'b')).toMatchObject({ claims: 2, attempts: 1 });
    await queue.db.jobs.complete(lease(id, 'b'));
    expect(await claim(infer, 'c')).toMatchObject({ claims: 3, attempts: 1 });
  });

  it('ends a record without a file name in ENQUEUE_ERROR', async () => {
    const id = await enqueue();
    await queue.db.edit(id, { $unset: { FILENAME: '' } });
    expect(await claim()).toMatchObject({ STATUS: 'ENQUEUE_ERROR', error: { code: 'MALFORMED_RECORD' } });
  });

  it('claims a record that another program inserted with only the contract fields', async () => {
    const id = await enqueue();
    await queue.db.edit(id, { $unset: { availableAt: '', attempts: '' } });
    expect(await claim()).toMatchObject({ STATUS: 'PREPROCESSING', attempts: 1 });
  });

  it('ignores jobs of other stages', async () => {
    await enqueue();
    expect(await claim(infer)).toBeUndefined();
  });
});

describe('a claimed job', () => {
  let id: string;
  beforeEach(async () => {
    id = await enqueue();
    await claim();
  });

  it('is renewed by a heartbeat, which stores the progress', async () => {
    await queue.db.edit(id, { $set: { availableAt: past } });
    await queue.db.jobs.heartbeat(lease(id), 60_000, { done: 5, total: 10 });
    const job = await queue.db.jobs.get(id);
    expect(job.progress).toEqual({ done: 5, total: 10 });
    expect(job.availableAt!.getTime()).toBeGreaterThan(Date.now());
  });

  it('passes to the next stage with attempts reset', async () => {
    const video = { ...newJob().video, frames: 49 };
    await queue.db.jobs.complete(lease(id), { video });
    const job = await queue.db.jobs.get(id);
    expect(job).toMatchObject({ STATUS: 'PREPROCESSING_COMPLETE', attempts: 0, video });
    expect(job).not.toHaveProperty('lease');
    expect(await claim(infer, 'next')).toMatchObject({ STATUS: 'INFERENCING', attempts: 1 });
  });

  it('waits after a failed attempt and keeps the reason', async () => {
    await queue.db.jobs.retryLater(lease(id), { code: 'INTERNAL', message: 'a $surprise' }, 60_000);
    expect(await queue.db.jobs.get(id)).toMatchObject({
      STATUS: 'ENQUEUE',
      attempts: 1,
      error: { code: 'INTERNAL', message: 'a $surprise' },
    });
    expect(await claim()).toBeUndefined();
    await queue.db.edit(id, { $set: { availableAt: past } });
    expect(await claim()).toMatchObject({ attempts: 2 });
  });

  it('ends in the error state of its stage', async () => {
    await queue.db.jobs.fail(lease(id), { code: 'NOT_A_VIDEO', message: 'This is not a video.' });
    expect(await queue.db.jobs.get(id)).toMatchObject({
      STATUS: 'FRAME_CONVERT_ERROR',
      error: { code: 'NOT_A_VIDEO', stage: 'preprocess' },
    });
  });

  it('is released without counting the attempt', async () => {
    await queue.db.jobs.release(lease(id));
    expect(await claim(preprocess, 'next')).toMatchObject({ attempts: 1 });
  });

  it.each([
    ['heartbeat', (stale: Lease) => queue.db.jobs.heartbeat(stale, 1000, { done: 1, total: 1 })],
    ['complete', (stale: Lease) => queue.db.jobs.complete(stale)],
    ['retryLater', (stale: Lease) => queue.db.jobs.retryLater(stale, { code: 'INTERNAL', message: 'x' }, 0)],
    ['fail', (stale: Lease) => queue.db.jobs.fail(stale, { code: 'INTERNAL', message: 'x' })],
    ['release', (stale: Lease) => queue.db.jobs.release(stale)],
    ['stamp', (stale: Lease) => queue.db.jobs.stamp(stale.id, 'PREPROCESSING_COMPLETE', stale.token)],
  ])('rejects %s from a worker that lost it, and stays unchanged', async (_name, write) => {
    await queue.db.edit(id, { $set: { availableAt: past } });
    await claim(preprocess, 'winner');
    const before = await queue.db.raw(id);
    await expect(write(lease(id))).rejects.toThrow(LeaseLostError);
    expect(await queue.db.raw(id)).toEqual(before);
  });

  it('cannot be written once it is deleted', async () => {
    await queue.db.jobs.delete(id);
    await expect(queue.db.jobs.complete(lease(id))).rejects.toThrow(LeaseLostError);
    await expect(queue.db.jobs.delete(id)).rejects.toThrow(JobNotFoundError);
  });
});

describe('the timeline', () => {
  it('stamps the field of the status with the time of the call', async () => {
    const id = await enqueue();
    const before = Date.now();
    await queue.db.jobs.stamp(id, 'INFERENCING');
    const { INFERENCING_START: start } = await queue.db.jobs.get(id);
    expect(start!.getTime()).toBeGreaterThanOrEqual(before);
    expect(start!.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('sets PROCESS_END and TOTAL with the last status', async () => {
    const id = await enqueue();
    await queue.db.edit(id, { $set: { PROCESS_START: new Date(Date.now() - 10_000) } });
    await queue.db.jobs.stamp(id, 'POSTPROCESSING_COMPLETE');
    const job = await queue.db.jobs.get(id);
    expect(job.PROCESS_END).toEqual(job.POSTPROCESSING_END);
    expect(job.TOTAL).toBe(job.PROCESS_END!.getTime() - job.PROCESS_START!.getTime());
    expect(job.TOTAL).toBeGreaterThanOrEqual(10_000);
  });

  it('removes outdated times when the holder of the job reports', async () => {
    const id = await enqueue();
    for (const status of ['PREPROCESSING', 'PREPROCESSING_COMPLETE', 'INFERENCING'] as const) {
      await queue.db.jobs.stamp(id, status);
    }
    await queue.db.jobs.stamp(id, 'PREPROCESSING');
    expect(await queue.db.jobs.get(id)).toHaveProperty('INFERENCING_START');
    await claim();
    await queue.db.jobs.stamp(id, 'PREPROCESSING', 'token');
    const job = await queue.db.jobs.get(id);
    expect(job.PREPROCESSING_START).toBeInstanceOf(Date);
    expect(job).not.toHaveProperty('PREPROCESSING_END');
    expect(job).not.toHaveProperty('INFERENCING_START');
  });

  it('stamps nothing for an error status, and rejects unknown jobs', async () => {
    const id = await enqueue();
    const before = await queue.db.raw(id);
    await queue.db.jobs.stamp(id, 'INFERENCING_ERROR');
    expect(await queue.db.raw(id)).toEqual(before);
    await expect(queue.db.jobs.stamp(newJobId(), 'INFERENCING')).rejects.toThrow(JobNotFoundError);
    await expect(queue.db.jobs.stamp(newJobId(), 'INFERENCING_ERROR')).rejects.toThrow(JobNotFoundError);
    await expect(queue.db.jobs.stamp('../../etc', 'INFERENCING')).rejects.toThrow(InvalidJobIdError);
  });
});

import {
  InvalidCursorError,
  JobNotFoundError,
  KeyReusedError,
  LeaseLostError,
  STAGES,
  STATUSES,
  WrongStatusError,
  isDuplicate,
  newJobId,
  type Status,
} from '#jobs';
import { newJob } from '../../../test/support/database';
import { Queue, lease } from './queue';

const { infer } = STAGES;
const queue = new Queue();
const { enqueue, claim } = queue;

describe('cancel', () => {
  it('makes a waiting job unclaimable', async () => {
    const id = await enqueue();
    expect(await queue.db.jobs.cancel(id)).toMatchObject({
      STATUS: 'CANCELLED',
      error: { code: 'CANCELLED', stage: 'preprocess', message: 'Cancelled by a user in status ENQUEUE.' },
    });
    expect(await claim()).toBeUndefined();
  });

  it('revokes the lease of a running job', async () => {
    const id = await enqueue();
    await claim();
    await queue.db.jobs.complete(lease(id));
    await claim(infer, 'other');
    expect(await queue.db.jobs.cancel(id)).toMatchObject({ STATUS: 'CANCELLED', error: { stage: 'infer' } });
    await expect(
      queue.db.jobs.heartbeat(lease(id, 'other', infer), 1000, { done: 1, total: 2 }),
    ).rejects.toThrow(LeaseLostError);
    expect(await queue.db.raw(id)).not.toHaveProperty('lease');
  });

  it('rejects a job that has ended', async () => {
    const id = await enqueue();
    await queue.db.jobs.cancel(id);
    await expect(queue.db.jobs.cancel(id)).rejects.toThrow(WrongStatusError);
    await expect(queue.db.jobs.cancel(newJobId())).rejects.toThrow(JobNotFoundError);
  });
});

describe('restart', () => {
  it('queues a failed job for a stage, with all attempts and without outdated times', async () => {
    const id = await enqueue();
    await claim();
    await queue.db.jobs.stamp(id, 'PREPROCESSING', 'token');
    await queue.db.jobs.stamp(id, 'PREPROCESSING_COMPLETE', 'token');
    await queue.db.jobs.complete(lease(id));
    await claim(infer);
    await queue.db.jobs.stamp(id, 'INFERENCING', 'token');
    await queue.db.jobs.fail(lease(id, 'token', infer), { code: 'INTERNAL', message: 'x' });
    const job = await queue.db.jobs.restart(id, 'infer');
    expect(job).toMatchObject({ STATUS: 'PREPROCESSING_COMPLETE', attempts: 0, claims: 2 });
    expect(job.PREPROCESSING_END).toBeInstanceOf(Date);
    for (const gone of ['error', 'lease', 'INFERENCING_START']) expect(job).not.toHaveProperty(gone);
    expect(await claim(infer, 'next')).toMatchObject({ attempts: 1, claims: 3 });
  });

  it('queues a cancelled job', async () => {
    const id = await enqueue();
    await queue.db.jobs.cancel(id);
    expect(await queue.db.jobs.restart(id, 'preprocess')).toMatchObject({ STATUS: 'ENQUEUE' });
    expect(await claim()).toMatchObject({ STATUS: 'PREPROCESSING' });
  });

  it('rejects a job that has not ended or is complete', async () => {
    const id = await enqueue();
    await expect(queue.db.jobs.restart(id, 'preprocess')).rejects.toThrow(WrongStatusError);
    await queue.db.edit(id, { $set: { STATUS: 'POSTPROCESSING_COMPLETE' } });
    await expect(queue.db.jobs.restart(id, 'preprocess')).rejects.toThrow(
      /is POSTPROCESSING_COMPLETE: only a job/,
    );
  });
});

describe('a submission with an Idempotency-Key', () => {
  const submission = { key: 'key-1', digest: 'abc' };

  it('creates one job, even if sent several times at the same time', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => queue.db.jobs.enqueue(newJobId(), { ...newJob(), submission })),
    );
    const rejected = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(rejected.map(({ reason }) => isDuplicate(reason))).toEqual([true, true, true, true]);
    const { jobs } = await queue.db.jobs.list({ limit: 10 });
    expect(jobs).toHaveLength(1);
    expect((await queue.db.jobs.submitted(submission))?._id).toEqual(jobs[0]!._id);
  });

  it('returns the existing job, unless the request differs or the job is deleted', async () => {
    expect(await queue.db.jobs.submitted(submission)).toBeUndefined();
    const id = newJobId();
    await queue.db.jobs.enqueue(id, { ...newJob(), submission });
    await expect(queue.db.jobs.submitted({ ...submission, digest: 'other' })).rejects.toThrow(KeyReusedError);
    await queue.db.jobs.delete(id);
    expect(await queue.db.jobs.submitted(submission)).toBeUndefined();
  });
});

describe('list', () => {
  it('pages through all jobs, newest first', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await enqueue());
    const listed: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await queue.db.jobs.list({ limit: 2, ...(cursor && { cursor }) });
      listed.push(...page.jobs.map((job) => job._id.toHexString()));
      cursor = page.nextCursor;
    } while (cursor);
    expect(listed).toEqual([...ids].reverse());
  });

  it('filters by status', async () => {
    await enqueue();
    const id = await enqueue();
    await claim();
    expect(
      (await queue.db.jobs.list({ statuses: ['ENQUEUE'], limit: 10 })).jobs.map((job) =>
        job._id.toHexString(),
      ),
    ).toEqual([id]);
  });

  it('finds jobs of several statuses', async () => {
    const [cancelled, running, waiting] = [await enqueue(), await enqueue(), await enqueue()];
    await queue.db.jobs.cancel(cancelled);
    await claim();
    const idsOf = async (...statuses: Status[]) =>
      (await queue.db.jobs.list({ statuses, limit: 10 })).jobs.map((job) => job._id.toHexString());
    expect(await idsOf('CANCELLED', 'PREPROCESSING')).toEqual([running, cancelled]);
    expect(await idsOf()).toEqual([waiting, running, cancelled]);
    expect(await idsOf('INFERENCING')).toEqual([]);
  });

  it.each([
    ['holi', ['My HOLIDAY (2).mp4', 'holiday.mp4']],
    ['DAY', ['My HOLIDAY (2).mp4', 'holiday.mp4']],
    ['ÉTÉ 휴', ['été 휴가.mp4']],
    ['y (2).', ['My HOLIDAY (2).mp4']],
    ['', ['a+b[1]{2}^$|\\d?.mp4', 'été 휴가.mp4', 'My HOLIDAY (2).mp4', 'holiday.mp4']],
    ['a+b[1]{2}^$|\\d?.mp4', ['a+b[1]{2}^$|\\d?.mp4']],
    ...['.*', 'h.l', '^holiday', 'mp4$', '[a-z]', 'a|h', '\\w', '(?i)h', 'a*'].map(
      (pattern): [string, string[]] => [pattern, []],
    ),
  ])('finds names that contain "%s", case-insensitively and without regex meaning', async (search, names) => {
    for (const name of ['holiday.mp4', 'My HOLIDAY (2).mp4', 'été 휴가.mp4', 'a+b[1]{2}^$|\\d?.mp4']) {
      await enqueue(name);
    }
    const { jobs } = await queue.db.jobs.list({ search, limit: 10 });
    expect(jobs.map(({ FILENAME }) => FILENAME)).toEqual(names);
  });

  it('pages through search results', async () => {
    for (let n = 0; n < 6; n++) await enqueue(n % 2 ? `odd ${n}` : `even ${n}`);
    await queue.db.jobs.cancel(await enqueue('odd, cancelled'));
    const query = { search: 'ODD', statuses: ['ENQUEUE'] as const, limit: 2 };
    const first = await queue.db.jobs.list(query);
    const second = await queue.db.jobs.list({ ...query, cursor: first.nextCursor! });
    expect([first, second].map(({ jobs }) => jobs.map(({ FILENAME }) => FILENAME))).toEqual([
      ['odd 5', 'odd 3'],
      ['odd 1'],
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it('reads only the shown records for a page filtered by status', async () => {
    for (let n = 0; n < 100; n++) {
      const id = await enqueue();
      if (n % 3 === 0) await queue.db.jobs.cancel(id);
    }
    const statuses = ['CANCELLED', 'ENQUEUE'] as const;
    const { nextCursor: cursor } = await queue.db.jobs.list({ statuses, limit: 10 });
    const before = await queue.scanned();
    const { jobs } = await queue.db.jobs.list({ statuses, limit: 10, cursor: cursor ?? '' });
    expect(jobs).toHaveLength(10);
    expect((await queue.scanned()) - before).toBeLessThanOrEqual(12);
  });

  it('omits records of other programs whose ids are not ObjectIds', async () => {
    const id = await enqueue();
    await queue.db.connection.collection<{ _id: unknown }>('hs_requests').insertOne({ _id: 'odd' });
    const { jobs } = await queue.db.jobs.list({ limit: 10 });
    expect(jobs.map((job) => job._id.toHexString())).toEqual([id]);
  });

  it('rejects an invalid cursor', async () => {
    await expect(queue.db.jobs.list({ limit: 1, cursor: 'x' })).rejects.toThrow(InvalidCursorError);
  });
});

describe('countByStatus', () => {
  it('counts the jobs per status, including zeros, and ignores unknown statuses', async () => {
    await enqueue();
    await enqueue();
    const id = await enqueue();
    await claim();
    await queue.db.edit(id, { $set: { STATUS: 'SOMETHING_ELSE' } });
    const none = Object.fromEntries(STATUSES.map((status) => [status, 0]));
    expect(await queue.db.jobs.countByStatus()).toEqual({ ...none, ENQUEUE: 1, PREPROCESSING: 1 });
  });
});

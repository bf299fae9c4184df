import { LeaseLostError, newJobId, renderingKey, type RenderingLease } from '#jobs';
import { newJob, startDatabase, type TestDatabase } from '../../../test/support/database';

let db: TestDatabase;
beforeAll(async () => {
  db = await startDatabase();
});
afterEach(() => db.clear());
afterAll(() => db.close());

const ALL = { score: 0.5, classes: [] };
const FAILURE = { code: 'INTERNAL', message: 'It broke.' } as const;

const claim = (token: string, leaseMs = 60_000) =>
  db.renderings.claim({ owner: 'worker', token, leaseMs, maxAttempts: 2 });
const lease = (id: string, token: string): RenderingLease => ({ id, token });

it('is one record for the same options, whatever the order of the classes', async () => {
  const job = newJobId();
  const first = await db.renderings.request(job, { score: 0.5, classes: ['car', 'person'] });
  const again = await db.renderings.request(job, { score: 0.5, classes: ['person', 'car', 'car'] });
  expect(again).toMatchObject({ _id: first._id, requestedAt: first.requestedAt, state: 'waiting' });
  expect(renderingKey(ALL)).not.toBe(renderingKey({ score: 0.5, classes: ['car'] }));
  expect(await db.renderings.ofJob(job)).toHaveLength(1);
});

it('is claimed by one worker, oldest request first', async () => {
  const [a, b] = [newJobId(), newJobId()];
  await db.renderings.request(a, ALL);
  await db.renderings.request(b, ALL);
  const claimed = await Promise.all(['1', '2', '3'].map((token) => claim(token)));
  expect(claimed.map((one) => one?.job).sort()).toEqual([a, b, undefined]);
  expect(claimed.filter(Boolean).map((one) => [one?.state, one?.attempts])).toEqual([
    ['running', 1],
    ['running', 1],
  ]);
});

it('is claimable again when the lease expires; then the first holder can write nothing', async () => {
  const { _id } = await db.renderings.request(newJobId(), ALL);
  await claim('first', 0);
  expect(await claim('second')).toMatchObject({ _id, attempts: 2 });
  const first = lease(_id, 'first');
  await expect(db.renderings.heartbeat(first, 1_000, { done: 1, total: 2 })).rejects.toThrow(LeaseLostError);
  await expect(db.renderings.complete(first)).rejects.toThrow(LeaseLostError);
  await expect(db.renderings.fail(first, FAILURE)).rejects.toThrow(LeaseLostError);
  await expect(db.renderings.retryLater(first, FAILURE, 0)).rejects.toThrow(LeaseLostError);
  await expect(db.renderings.release(first)).rejects.toThrow(LeaseLostError);
  await db.renderings.complete(lease(_id, 'second'));
});

it('fails when its attempts are used up, and a new request tries again', async () => {
  const job = newJobId();
  const { _id, key } = await db.renderings.request(job, ALL);
  for (const token of ['1', '2']) {
    await claim(token);
    await db.renderings.retryLater(lease(_id, token), FAILURE, 0);
  }
  expect(await claim('3')).toMatchObject({ state: 'failed', error: FAILURE });
  expect(await claim('4')).toBeUndefined();
  expect(await db.renderings.request(job, ALL)).toMatchObject({ key, state: 'waiting', attempts: 0 });
  expect(await claim('5')).toMatchObject({ state: 'running', attempts: 1 });
});

it('does not count an attempt that a stopping worker released', async () => {
  const { _id } = await db.renderings.request(newJobId(), ALL);
  await claim('1');
  await db.renderings.release(lease(_id, '1'));
  expect(await claim('2')).toMatchObject({ attempts: 1 });
});

it('shows its progress while it runs, and nothing of the lease afterwards', async () => {
  const job = newJobId();
  const { _id, key } = await db.renderings.request(job, ALL);
  await claim('1');
  await db.renderings.heartbeat(lease(_id, '1'), 1_000, { done: 5, total: 9 });
  expect(await db.renderings.get(job, key)).toMatchObject({ progress: { done: 5, total: 9 } });
  await db.renderings.complete(lease(_id, '1'));
  const done = await db.renderings.get(job, key);
  expect(done?.state).toBe('done');
  expect(Object.keys(done ?? {})).not.toEqual(expect.arrayContaining(['lease']));
  expect(await db.renderings.request(job, ALL)).toMatchObject({ state: 'done' });
});

it('goes with its job', async () => {
  const id = newJobId();
  await db.jobs.enqueue(id, newJob());
  await db.renderings.request(id, ALL);
  await db.jobs.delete(id);
  await db.finished.forget(id);
  expect(await db.renderings.ofJob(id)).toEqual([]);
});

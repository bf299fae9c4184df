import { Job, JobCallbacks, STAGES, STAGE_NAMES, newJobId } from '#jobs';
import { newJob } from '../../../test/support/database';
import { Queue, lease } from './queue';

jest.setTimeout(30_000);

const queue = new Queue();
const url = 'https://hooks.example/';

let callbacks: JobCallbacks;
beforeEach(() => {
  callbacks = new JobCallbacks(queue.db.connection.model<Job>(Job.name));
});

async function enqueue(): Promise<string> {
  const id = newJobId();
  await queue.db.jobs.enqueue(id, { ...newJob(), callbackUrl: url });
  return id;
}

const take = async (token = 'a') => callbacks.claim(token, 1000);
const taken = async (token?: string) => (await take(token))?.job._id.toHexString();

it.each<[string, (id: string) => Promise<unknown>]>([
  ['cancelled', (id) => queue.db.jobs.cancel(id)],
  [
    'failed',
    async (id) => {
      await queue.claim();
      await queue.db.jobs.fail(lease(id), { code: 'INTERNAL', message: 'x' });
    },
  ],
  [
    'killed in its last attempt',
    async (id) => {
      await queue.db.edit(id, { $set: { attempts: 99 } });
      await queue.claim();
    },
  ],
  [
    'complete',
    async (id) => {
      for (const name of STAGE_NAMES) {
        await queue.claim(STAGES[name], name);
        await queue.db.jobs.complete(lease(id, name, STAGES[name]));
      }
    },
  ],
])('a job that is %s is told of, and not before', async (_, end) => {
  const id = await enqueue();
  expect(await take()).toBeUndefined();
  await end(id);
  expect(await taken()).toBe(id);
  expect(await take()).toBeUndefined();
});

it('a job without a callback is never taken, neither is one that was told of, given up or deleted', async () => {
  const plain = newJobId();
  await queue.db.jobs.enqueue(plain, newJob());
  await queue.db.jobs.cancel(plain);
  expect(await take()).toBeUndefined();
  for (const settle of ['delivered', 'giveUp'] as const) {
    await queue.db.jobs.cancel(await enqueue());
    const claim = await take();
    expect(await callbacks[settle](claim!, 'reason')).toBe(true);
    expect(await take()).toBeUndefined();
  }
  const id = await enqueue();
  await queue.db.jobs.cancel(id);
  const claim = await take();
  await queue.db.jobs.delete(id);
  expect(await callbacks.retryLater(claim!, 'reason', 0)).toBe(false);
  expect(await take()).toBeUndefined();
});

it('is taken again when the lease has run out; who had it before has no say any more', async () => {
  const id = await enqueue();
  await queue.db.jobs.cancel(id);
  const first = await callbacks.claim('first', 0);
  const second = await take('second');
  expect(second?.job.callback).toMatchObject({ id: first!.job.callback!.id, attempts: 2 });
  expect(await callbacks.delivered(first!)).toBe(false);
  expect(await callbacks.retryLater(second!, 'no answer', 0)).toBe(true);
  const third = await take('third');
  expect(third?.job.callback).toMatchObject({ attempts: 3, lastError: 'no answer' });
  expect(await callbacks.release(third!)).toBe(true);
  expect((await take('fourth'))?.job.callback).toMatchObject({ attempts: 3 });
});

it('a job that is started again has another end to be told of', async () => {
  const id = await enqueue();
  await queue.db.jobs.cancel(id);
  const first = await take();
  const restarted = await queue.db.jobs.restart(id, 'preprocess');
  expect(await callbacks.delivered(first!)).toBe(false);
  expect(restarted.callback).toMatchObject({ url, attempts: 0 });
  expect(restarted.callback!.id).not.toBe(first!.job.callback!.id);
  expect(Object.keys(restarted.callback!).sort()).toEqual(['attempts', 'availableAt', 'id', 'url']);
  expect(await take()).toBeUndefined();
  await queue.db.jobs.cancel(id);
  expect((await take())?.job.callback?.id).toBe(restarted.callback!.id);
});

it('however many ask at once, one gets it', async () => {
  await queue.db.jobs.cancel(await enqueue());
  const claims = await Promise.all(Array.from({ length: 8 }, (_, n) => take(`t${n}`)));
  expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
});

it('is found by its index, however many jobs there are', async () => {
  const fill = async (n: number) => {
    const id = newJobId();
    await queue.db.jobs.enqueue(id, n % 2 ? newJob() : { ...newJob(), callbackUrl: url });
    if (n % 4 === 1) await queue.db.jobs.cancel(id); // nobody wants to be told of these
  };
  await Promise.all(Array.from({ length: 200 }, (_, n) => fill(n)));
  await queue.db.jobs.cancel(await enqueue());
  const before = await queue.scanned();
  expect(await take()).toBeDefined();
  expect((await queue.scanned()) - before).toBeLessThanOrEqual(3);
});

import { Job, JobCallbacks, STAGES, STAGE_NAMES, newJobId } from '#jobs';
import { newJob } from '../../../test/support/database';
import { Queue, lease } from './queue';

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

const claimCallback = async (token = 'a') => callbacks.claim(token, 1000);
const claimedJob = async (token?: string) => (await claimCallback(token))?.job._id.toHexString();

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
])('makes the callback due once a job is %s', async (_, end) => {
  const id = await enqueue();
  expect(await claimCallback()).toBeUndefined();
  await end(id);
  expect(await claimedJob()).toBe(id);
  expect(await claimCallback()).toBeUndefined();
});

it('never claims a callback that is missing, delivered, failed or deleted', async () => {
  const plain = newJobId();
  await queue.db.jobs.enqueue(plain, newJob());
  await queue.db.jobs.cancel(plain);
  expect(await claimCallback()).toBeUndefined();
  for (const settle of ['delivered', 'giveUp'] as const) {
    await queue.db.jobs.cancel(await enqueue());
    const claim = await claimCallback();
    expect(await callbacks[settle](claim!, 'reason')).toBe(true);
    expect(await claimCallback()).toBeUndefined();
  }
  const id = await enqueue();
  await queue.db.jobs.cancel(id);
  const claim = await claimCallback();
  await queue.db.jobs.delete(id);
  expect(await callbacks.retryLater(claim!, 'reason', 0)).toBe(false);
  expect(await claimCallback()).toBeUndefined();
});

it('can be claimed again when the lease has expired, and rejects writes of the previous claim', async () => {
  const id = await enqueue();
  await queue.db.jobs.cancel(id);
  const first = await callbacks.claim('first', 0);
  const second = await claimCallback('second');
  expect(second?.job.callback).toMatchObject({ id: first!.job.callback!.id, attempts: 2 });
  expect(await callbacks.delivered(first!)).toBe(false);
  expect(await callbacks.retryLater(second!, 'no response', 0)).toBe(true);
  const third = await claimCallback('third');
  expect(third?.job.callback).toMatchObject({ attempts: 3, lastError: 'no response' });
  expect(await callbacks.release(third!)).toBe(true);
  expect((await claimCallback('fourth'))?.job.callback).toMatchObject({ attempts: 3 });
});

it('has a new callback id when the job is retried', async () => {
  const id = await enqueue();
  await queue.db.jobs.cancel(id);
  const first = await claimCallback();
  const retried = await queue.db.jobs.restart(id, 'preprocess');
  expect(await callbacks.delivered(first!)).toBe(false);
  expect(retried.callback).toMatchObject({ url, attempts: 0 });
  expect(retried.callback!.id).not.toBe(first!.job.callback!.id);
  expect(Object.keys(retried.callback!).sort()).toEqual(['attempts', 'availableAt', 'id', 'url']);
  expect(await claimCallback()).toBeUndefined();
  await queue.db.jobs.cancel(id);
  expect((await claimCallback())?.job.callback?.id).toBe(retried.callback!.id);
});

it('gives a callback to one of several concurrent claims', async () => {
  await queue.db.jobs.cancel(await enqueue());
  const claims = await Promise.all(Array.from({ length: 8 }, (_, n) => claimCallback(`t${n}`)));
  expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
});

it('finds a due callback by index among many jobs', async () => {
  const fill = async (n: number) => {
    const id = newJobId();
    await queue.db.jobs.enqueue(id, n % 2 ? newJob() : { ...newJob(), callbackUrl: url });
    if (n % 4 === 1) await queue.db.jobs.cancel(id); // these have no callback
  };
  await Promise.all(Array.from({ length: 200 }, (_, n) => fill(n)));
  await queue.db.jobs.cancel(await enqueue());
  const before = await queue.scanned();
  expect(await claimCallback()).toBeDefined();
  expect((await queue.scanned()) - before).toBeLessThanOrEqual(3);
});

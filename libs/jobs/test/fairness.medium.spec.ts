import { STAGES } from '#jobs';
import { FAIR_WINDOW } from '../src/fairness';
import { FAIR_AGE_MS, Queue, lease } from './queue';

const { preprocess, infer } = STAGES;
const queue = new Queue();
const { enqueue, claim } = queue;

const LONG = 5_000;

const claimed = async (token?: string): Promise<string | undefined> =>
  (await claim(preprocess, token))?._id.toHexString();

/** Makes a job claimable since `ms` milliseconds ago. */
const age = (id: string, ms: number) =>
  queue.db.edit(id, { $set: { availableAt: new Date(Date.now() - ms) } });

it('claims a short job before earlier long ones', async () => {
  const long = [await enqueue('long 1', LONG), await enqueue('long 2', LONG), await enqueue('long 3', LONG)];
  const short = await enqueue('short', 1);
  expect([await claimed(), await claimed()]).toEqual([short, long[0]]);
});

it('compares the frames that infer processes', async () => {
  const every = await enqueue('every frame', 200, 1);
  const tenth = await enqueue('every tenth frame', 1_000, 10);
  for (const id of [every, tenth]) {
    const taken = await claimed(id);
    await queue.db.jobs.complete(lease(taken!, id));
  }
  expect((await claim(infer))?._id.toHexString()).toBe(tenth);
});

it('lets short jobs overtake a long one only until it reaches the age bound', async () => {
  const long = await enqueue('long', LONG);
  for (let n = 0; n < 20; n++) {
    await age(long, FAIR_AGE_MS - 60_000);
    const short = await enqueue('short', 1);
    expect(await claimed()).toBe(short);
  }
  await age(long, FAIR_AGE_MS);
  await enqueue('short', 1);
  expect(await claimed()).toBe(long);
});

it('claims the oldest job beyond the age bound first, regardless of length', async () => {
  const [shorter, older] = [await enqueue('shorter', 10), await enqueue('older', LONG)];
  await age(shorter, FAIR_AGE_MS + 1_000);
  await age(older, FAIR_AGE_MS + 2_000);
  expect([await claimed(), await claimed()]).toEqual([older, shorter]);
});

it('orders a job whose lease expired by the same rules', async () => {
  const long = await enqueue('long', LONG);
  await claimed('killed');
  await age(long, 1_000);
  const short = await enqueue('short', 1);
  expect([await claimed('a'), await claimed('b'), await claimed('c')]).toEqual([short, long, undefined]);
  expect(await queue.db.jobs.get(long)).toMatchObject({ attempts: 2, lease: { token: 'b' } });
});

it('gives concurrent workers the shortest jobs, each a different one', async () => {
  const ids: string[] = [];
  for (let frames = 30; frames > 0; frames--) ids.unshift(await enqueue(`${frames}`, frames));
  const taken = await Promise.all(Array.from({ length: 8 }, (_, n) => claimed(`t${n}`)));
  expect(taken.sort()).toEqual(ids.slice(0, 8).sort());
});

it('gives every worker a job even if there are more workers than jobs tried per claim', async () => {
  for (let frames = 1; frames <= 40; frames++) await enqueue(`${frames}`, frames);
  const taken = await Promise.all(Array.from({ length: 40 }, (_, n) => claimed(`t${n}`)));
  expect(new Set(taken).size).toBe(40);
  expect(taken).not.toContain(undefined);
});

it('reads only the oldest jobs of a long queue', async () => {
  for (let n = 0; n < FAIR_WINDOW; n++) await enqueue('long', LONG);
  await enqueue('beyond', 1);
  for (let n = 0; n < 100; n++) await enqueue('beyond', LONG);
  const before = await queue.scanned();
  expect(await claim()).toMatchObject({ FILENAME: 'long' });
  expect((await queue.scanned()) - before).toBeLessThanOrEqual(FAIR_WINDOW + 4);
  expect(await claim()).toMatchObject({ FILENAME: 'beyond' });
});

it('skips a malformed record and claims the next job', async () => {
  const odd = await enqueue('odd', 1);
  await queue.db.edit(odd, { $set: { availableAt: 'yesterday', video: 'none', options: [] } });
  const other = await enqueue();
  expect([await claimed('a'), await claimed('b')]).toEqual([odd, other]);
});

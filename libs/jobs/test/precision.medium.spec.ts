import { LeaseLostError, STAGES, type StageName } from '#jobs';
import { Queue, lease } from './queue';

const { preprocess, infer } = STAGES;
const queue = new Queue();
const { enqueue, claim } = queue;

/** A job that a worker of infer holds. */
async function detecting(): Promise<string> {
  const id = await enqueue();
  await claim();
  await queue.db.jobs.complete(lease(id, 'token', preprocess));
  await claim(infer);
  return id;
}

const precisionOf = async (id: string) => (await queue.db.jobs.get(id)).precision;

it('is recorded at once by the holder, and seen by the next attempt', async () => {
  const id = await detecting();
  await queue.db.jobs.record(lease(id, 'token', infer), { precision: 'int8' });
  expect(await precisionOf(id)).toBe('int8');
  await queue.db.jobs.release(lease(id, 'token', infer));
  expect(await claim(infer, 'next')).toMatchObject({ precision: 'int8' });
  await queue.db.jobs.complete(lease(id, 'next', infer), { precision: 'fp32' });
  expect(await precisionOf(id)).toBe('fp32');
});

it('is recorded by no one else', async () => {
  const id = await detecting();
  const stale = queue.db.jobs.record(lease(id, 'stale', infer), { precision: 'int8' });
  await expect(stale).rejects.toThrow(LeaseLostError);
  expect(await precisionOf(id)).toBeUndefined();
});

it.each<[StageName, string | undefined]>([
  ['preprocess', undefined],
  ['infer', undefined],
  ['postprocess', 'int8'],
])('of a job that is retried from %s is %s', async (stage, expected) => {
  const id = await detecting();
  await queue.db.jobs.record(lease(id, 'token', infer), { precision: 'int8' });
  await queue.db.jobs.cancel(id);
  expect((await queue.db.jobs.restart(id, stage)).precision).toBe(expected);
});

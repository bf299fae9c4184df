import { JobNotFoundError, newJobId, type JobDetections, type JobQuery } from '#jobs';
import { newJob, startDatabase, type TestDatabase } from '../../../test/support/database';

// Lists of jobs: filters, orders and pages.

let db: TestDatabase;

beforeAll(async () => {
  db = await startDatabase();
});
afterAll(() => db.close());
beforeEach(() => db.clear());

interface Facts {
  readonly duration?: number;
  readonly model?: string;
  readonly detections?: JobDetections;
}

async function insert({ duration = 2, model = 'a', detections }: Facts): Promise<string> {
  const id = newJobId();
  const { video, options, ...job } = newJob();
  await db.jobs.enqueue(id, { ...job, video: { ...video, duration }, options: { ...options, model } });
  if (detections) await db.edit(id, { $set: { detections, STATUS: 'POSTPROCESSING_COMPLETE' } });
  return id;
}

const counts = (...classes: readonly [string, number][]): JobDetections => ({
  total: classes.reduce((sum, [, count]) => sum + count, 0),
  classes: classes.map(([label, count]) => ({ label, count })),
});

/** The ids on all pages. */
async function all(query: Omit<JobQuery, 'limit' | 'cursor'>, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await db.jobs.list({ ...query, limit, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.jobs.map(({ _id }) => _id.toHexString()));
    cursor = page.nextCursor;
  }
  return ids;
}

it('finds jobs by class and by model, newest first', async () => {
  const people = await insert({ detections: counts(['person', 3], ['car', 1]) });
  await insert({ detections: counts(['cup', 3]) });
  const more = await insert({ detections: counts(['car', 9], ['person', 1]), model: 'b' });
  await insert({ model: 'b' });
  expect(await all({ label: 'person' }, 1)).toEqual([more, people]);
  expect(await all({ label: 'person', model: 'b' }, 10)).toEqual([more]);
  expect(await all({ label: 'perso' }, 10)).toEqual([]);
  expect(await all({ model: 'b', statuses: ['POSTPROCESSING_COMPLETE'] }, 10)).toEqual([more]);
});

it.each([1, 2, 3, 10])('sorts in every order, with pages of %d', async (limit) => {
  const ids: string[] = [];
  const facts: Facts[] = [
    { duration: 5.25, detections: counts(['cup', 7]) },
    { duration: 60 },
    { duration: 5.25, detections: counts(['cup', 0]) },
    { duration: 1e-7, detections: counts(['cup', 7]) },
    { duration: 5.25, detections: counts(['cup', 1_000_000]) },
  ];
  for (const one of facts) ids.push(await insert(one));
  const [a, b, c, d, e] = ids;
  expect(await all({}, limit)).toEqual([e, d, c, b, a]);
  expect(await all({ sort: 'oldest' }, limit)).toEqual([a, b, c, d, e]);
  expect(await all({ sort: 'longest' }, limit)).toEqual([b, e, c, a, d]);
  expect(await all({ sort: 'detections' }, limit)).toEqual([e, d, a, c]);
  expect(await all({ sort: 'longest', label: 'cup' }, limit)).toEqual([e, c, a, d]);
});

it.each<[JobQuery['sort'], string]>([
  ['newest', '5_64b000000000000000000001'],
  ['longest', '64b000000000000000000001'],
  ['longest', '1e999_64b000000000000000000001'],
  ['detections', '1.2.3_64b000000000000000000001'],
  ['detections', '5_64b'],
])('rejects a cursor that is not of the order %s: %s', async (sort, cursor) => {
  await expect(db.jobs.list({ sort: sort!, cursor, limit: 1 })).rejects.toThrow('Invalid cursor');
});

it('forgets the detections of a job that is retried', async () => {
  const id = await insert({ detections: counts(['cup', 1]) });
  await db.edit(id, { $set: { STATUS: 'POSTPROCESSING_ERROR' } });
  expect((await db.jobs.get(id)).detections).toEqual(counts(['cup', 1]));
  await db.jobs.restart(id, 'preprocess');
  expect((await db.jobs.get(id)).detections).toBeUndefined();
  await db.edit(id, { $set: { detections: 'malformed' } });
  expect((await db.jobs.get(id)).detections).toBeUndefined();
  await db.jobs.delete(id);
  await expect(db.jobs.get(id)).rejects.toThrow(JobNotFoundError);
});

import { Job, JobRepository, newJobId, type JobPage } from '#jobs';
import { newJob, startDatabase, type TestDatabase } from '../../../../test/support/database';
import { EventsHub, type Changes, type Counts } from './events-hub';

/** Counts database queries. */
class Counting extends JobRepository {
  finds: (readonly string[])[] = [];
  lists = 0;
  unavailable = false;

  override find(ids: readonly string[]): Promise<Job[]> {
    this.finds.push(ids);
    return this.unavailable ? Promise.reject(new Error('unavailable')) : super.find(ids);
  }

  override list(query: { limit: number }): Promise<JobPage> {
    this.lists++;
    return super.list(query);
  }
}

let db: TestDatabase;
let jobs: Counting;
let hub: EventsHub;

beforeAll(async () => {
  db = await startDatabase();
});
beforeEach(() => {
  jobs = new Counting(db.connection.model<Job>(Job.name));
  hub = new EventsHub(jobs);
});
afterEach(async () => {
  hub.onModuleDestroy();
  await db.clear();
});
afterAll(() => db.close());

async function enqueue(): Promise<string> {
  const id = newJobId();
  await db.jobs.enqueue(id, newJob());
  return id;
}

/** Records the notifications of a listener. */
class Recorder<T> {
  private readonly all: T[] = [];
  private wake: () => void = () => undefined;
  readonly notify = (value: T): void => {
    this.all.push(value);
    this.wake();
  };
  get count(): number {
    return this.all.length;
  }
  async next(): Promise<T> {
    while (this.all.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.all.shift()!;
  }
}

const statuses = (changes: Changes) => Array.from(changes, ([id, job]) => [id, job?.STATUS]);

it('reports initial states, changes and deletions, but no changes that users cannot see', async () => {
  const [a, b] = [await enqueue(), await enqueue()];
  const recorder = new Recorder<Changes>();
  hub.watch([a, b], recorder.notify);
  expect(statuses(await recorder.next())).toEqual([
    [a, 'ENQUEUE'],
    [b, 'ENQUEUE'],
  ]);
  await db.edit(a, { $set: { availableAt: new Date(0), claims: 7 } });
  await db.jobs.cancel(b);
  expect(statuses(await recorder.next())).toEqual([[b, 'CANCELLED']]);
  await db.jobs.delete(a);
  expect(statuses(await recorder.next())).toEqual([[a, undefined]]);
  expect(recorder.count).toBe(0);
});

it('runs one query for all listeners, and none without listeners', async () => {
  const ids = [await enqueue(), await enqueue(), await enqueue()];
  const all = Array.from({ length: 50 }, () => new Recorder<Changes>());
  const stops = all.map((recorder, n) => hub.watch([ids[n % 3]!], recorder.notify));
  await Promise.all(all.map((recorder) => recorder.next()));
  await db.jobs.cancel(ids[0]!);
  await all[0]!.next();
  expect(jobs.finds.every((asked) => new Set(asked).size === asked.length && asked.length <= 3)).toBe(true);
  expect(jobs.finds.length).toBeLessThan(10);
  for (const stop of stops) stop();
  const last = new Recorder<Changes>();
  const stop = hub.watch([ids[1]!], last.notify);
  await last.next();
  expect(jobs.finds.at(-1)).toEqual([ids[1]]);
  stop();
});

it('resumes after the database was unavailable', async () => {
  const id = await enqueue();
  const recorder = new Recorder<Changes>();
  hub.watch([id], recorder.notify);
  await recorder.next();
  jobs.unavailable = true;
  await db.jobs.cancel(id);
  const asked = jobs.finds.length;
  while (jobs.finds.length < asked + 2) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(recorder.count).toBe(0);
  jobs.unavailable = false;
  expect(statuses(await recorder.next())).toEqual([[id, 'CANCELLED']]);
});

it('runs one query per second for 50 listeners of the same page', async () => {
  await enqueue();
  const all = Array.from({ length: 50 }, () => new Recorder<JobPage>());
  const start = performance.now();
  const stops = all.map((recorder, n) =>
    hub.watchPage(
      n % 2 ? { limit: 2, statuses: ['ENQUEUE'] } : { statuses: ['ENQUEUE'], limit: 2 },
      recorder.notify,
    ),
  );
  await Promise.all(all.map((recorder) => recorder.next()));
  for (let n = 0; n < 2; n++) {
    const id = await enqueue();
    const pages = await Promise.all(all.map((recorder) => recorder.next()));
    expect(new Set(pages.map((page) => page.jobs[0]!._id.toHexString()))).toEqual(new Set([id]));
  }
  expect(jobs.lists).toBeLessThanOrEqual(Math.ceil((performance.now() - start) / 1000) + 1);
  for (const stop of stops) stop();
});

it('reports each page to its own listeners', async () => {
  const [first, second] = [await enqueue(), await enqueue()];
  const [newest, older, cancelled] = [
    new Recorder<JobPage>(),
    new Recorder<JobPage>(),
    new Recorder<JobPage>(),
  ];
  hub.watchPage({ limit: 1 }, newest.notify);
  hub.watchPage({ limit: 1, cursor: second }, older.notify);
  hub.watchPage({ limit: 1, statuses: ['CANCELLED'] }, cancelled.notify);
  const idsOf = async (recorder: Recorder<JobPage>) =>
    (await recorder.next()).jobs.map(({ _id }) => _id.toHexString());
  expect([await idsOf(newest), await idsOf(older), await idsOf(cancelled)]).toEqual([[second], [first], []]);
  await db.jobs.cancel(first);
  expect([await idsOf(cancelled), await idsOf(older)]).toEqual([[first], [first]]);
  expect(newest.count).toBe(0);
});

it('reports the number of jobs in each status and its changes', async () => {
  const id = await enqueue();
  const recorder = new Recorder<Counts>();
  const stop = hub.watchCounts(recorder.notify);
  expect(await recorder.next()).toMatchObject({ ENQUEUE: 1, CANCELLED: 0 });
  await db.jobs.cancel(id);
  expect(await recorder.next()).toMatchObject({ ENQUEUE: 0, CANCELLED: 1 });
  expect(recorder.count).toBe(0);
  stop();
});

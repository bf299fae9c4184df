import { Job, JobRepository, newJobId, type JobPage } from '#jobs';
import { newJob, startDatabase, type TestDatabase } from '../../../../test/support/database';
import { EventsHub, type Changes, type Counts } from './events-hub';

jest.setTimeout(30_000);

/** Counts what is asked of the database. */
class Counting extends JobRepository {
  finds: (readonly string[])[] = [];
  lists = 0;
  away = false;

  override find(ids: readonly string[]): Promise<Job[]> {
    this.finds.push(ids);
    return this.away ? Promise.reject(new Error('away')) : super.find(ids);
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

/** What a listener is told, one after the other. */
class Told<T> {
  private readonly all: T[] = [];
  private wake: () => void = () => undefined;
  readonly tell = (news: T): void => {
    this.all.push(news);
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

it('tells how jobs are, what changes, and that one is gone; nothing of what users do not see', async () => {
  const [a, b] = [await enqueue(), await enqueue()];
  const told = new Told<Changes>();
  hub.watch([a, b], told.tell);
  expect(statuses(await told.next())).toEqual([
    [a, 'ENQUEUE'],
    [b, 'ENQUEUE'],
  ]);
  await db.edit(a, { $set: { availableAt: new Date(0), claims: 7 } });
  await db.jobs.cancel(b);
  expect(statuses(await told.next())).toEqual([[b, 'CANCELLED']]);
  await db.jobs.delete(a);
  expect(statuses(await told.next())).toEqual([[a, undefined]]);
  expect(told.count).toBe(0);
});

it('asks one question for all who listen, and none when nobody does', async () => {
  const ids = [await enqueue(), await enqueue(), await enqueue()];
  const all = Array.from({ length: 50 }, () => new Told<Changes>());
  const stops = all.map((told, n) => hub.watch([ids[n % 3]!], told.tell));
  await Promise.all(all.map((told) => told.next()));
  await db.jobs.cancel(ids[0]!);
  await all[0]!.next();
  expect(jobs.finds.every((asked) => new Set(asked).size === asked.length && asked.length <= 3)).toBe(true);
  expect(jobs.finds.length).toBeLessThan(10);
  for (const stop of stops) stop();
  const last = new Told<Changes>();
  const stop = hub.watch([ids[1]!], last.tell);
  await last.next();
  expect(jobs.finds.at(-1)).toEqual([ids[1]]);
  stop();
});

it('stays while the database is away, and goes on after', async () => {
  const id = await enqueue();
  const told = new Told<Changes>();
  hub.watch([id], told.tell);
  await told.next();
  jobs.away = true;
  await db.jobs.cancel(id);
  const asked = jobs.finds.length;
  while (jobs.finds.length < asked + 2) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told.count).toBe(0);
  jobs.away = false;
  expect(statuses(await told.next())).toEqual([[id, 'CANCELLED']]);
});

it('50 who watch the same page cost one question a second', async () => {
  await enqueue();
  const all = Array.from({ length: 50 }, () => new Told<JobPage>());
  const start = performance.now();
  const stops = all.map((told, n) =>
    hub.watchPage(
      n % 2 ? { limit: 2, statuses: ['ENQUEUE'] } : { statuses: ['ENQUEUE'], limit: 2 },
      told.tell,
    ),
  );
  await Promise.all(all.map((told) => told.next()));
  for (let n = 0; n < 2; n++) {
    const id = await enqueue();
    const pages = await Promise.all(all.map((told) => told.next()));
    expect(new Set(pages.map((page) => page.jobs[0]!._id.toHexString()))).toEqual(new Set([id]));
  }
  expect(jobs.lists).toBeLessThanOrEqual(Math.ceil((performance.now() - start) / 1000) + 1);
  for (const stop of stops) stop();
});

it('tells each page to those who watch that one', async () => {
  const [first, second] = [await enqueue(), await enqueue()];
  const [newest, older, cancelled] = [new Told<JobPage>(), new Told<JobPage>(), new Told<JobPage>()];
  hub.watchPage({ limit: 1 }, newest.tell);
  hub.watchPage({ limit: 1, cursor: second }, older.tell);
  hub.watchPage({ limit: 1, statuses: ['CANCELLED'] }, cancelled.tell);
  const idsOf = async (told: Told<JobPage>) => (await told.next()).jobs.map(({ _id }) => _id.toHexString());
  expect([await idsOf(newest), await idsOf(older), await idsOf(cancelled)]).toEqual([[second], [first], []]);
  await db.jobs.cancel(first);
  expect([await idsOf(cancelled), await idsOf(older)]).toEqual([[first], [first]]);
  expect(newest.count).toBe(0);
});

it('tells how many jobs are in every status, and what becomes of that', async () => {
  const id = await enqueue();
  const told = new Told<Counts>();
  const stop = hub.watchCounts(told.tell);
  expect(await told.next()).toMatchObject({ ENQUEUE: 1, CANCELLED: 0 });
  await db.jobs.cancel(id);
  expect(await told.next()).toMatchObject({ ENQUEUE: 0, CANCELLED: 1 });
  expect(told.count).toBe(0);
  stop();
});

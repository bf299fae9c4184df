import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { examined, serverForFile } from './support';

interface Job {
  _id: number;
  STATUS: string;
  availableAt?: Date | null;
  attempts?: number;
}

const shared = serverForFile();
const claim = { STATUS: { $in: ['ENQUEUE', 'PREPROCESSING'] }, $expr: { $lte: ['$availableAt', '$$NOW'] } };
const oldestFirst = { sort: { availableAt: 1, _id: 1 } } as const;

async function jobsOf(database: string, jobs: Job[]) {
  const collection = shared.client.db(database).collection<Job>('jobs');
  await collection.createIndex({ STATUS: 1, availableAt: 1, _id: 1 }, {}, {});
  await collection.insertMany(jobs);
  return collection;
}

describe('a job queue', () => {
  it('gives every job to exactly one of 16 processes', async () => {
    const jobs = Array.from({ length: 480 }, (_, i): Job => ({
      _id: i,
      STATUS: i % 2 ? 'ENQUEUE' : 'PREPROCESSING',
    }));
    const collection = await jobsOf('claims', jobs);
    const claimers = Array.from({ length: 16 }, () =>
      fork(join(__dirname, 'claimer.js'), [shared.server.uri]),
    );
    const claimed = await Promise.all(
      claimers.map(async (child) => {
        const [[ids]] = (await Promise.all([once(child, 'message'), once(child, 'exit')])) as [
          [number[]],
          unknown,
        ];
        return ids;
      }),
    );
    expect(claimed.flat().sort((a, b) => a - b)).toEqual(jobs.map(({ _id }) => _id));
    expect(await collection.countDocuments({ STATUS: 'RUNNING', attempts: 1 })).toBe(jobs.length);
  }, 60_000);

  it('reads only a few documents per claim, out of 20,000', async () => {
    const past = Date.now() - 1e6;
    const jobs = Array.from({ length: 20_000 }, (_, i): Job => ({
      _id: i,
      STATUS: ['ENQUEUE', 'PREPROCESSING', 'DONE', 'FAILED'][i % 4] ?? '',
      availableAt: new Date(past + ((i * 7919) % 20_000)),
    }));
    const collection = await jobsOf('queue', jobs);
    const before = await examined(shared.client);
    const claimed: number[] = [];
    for (let i = 0; i < 200; i++) {
      const job = await collection.findOneAndUpdate(claim, [{ $set: { STATUS: 'RUNNING' } }], oldestFirst);
      claimed.push(job!._id);
    }
    expect((await examined(shared.client)) - before).toBe(200);
    const expected = jobs
      .filter(({ STATUS }) => STATUS === 'ENQUEUE' || STATUS === 'PREPROCESSING')
      .sort((a, b) => a.availableAt!.getTime() - b.availableAt!.getTime() || a._id - b._id);
    expect(claimed).toEqual(expected.slice(0, 200).map(({ _id }) => _id));
  }, 60_000);

  it('claims jobs without availableAt first and skips those in the future', async () => {
    const collection = await jobsOf('order', [
      { _id: 1, STATUS: 'ENQUEUE', availableAt: new Date(Date.now() + 1e6) },
      { _id: 2, STATUS: 'ENQUEUE', availableAt: new Date(1000) },
      { _id: 3, STATUS: 'PREPROCESSING', availableAt: null },
      { _id: 4, STATUS: 'ENQUEUE' },
      { _id: 5, STATUS: 'DONE' },
    ]);
    const order: (number | undefined)[] = [];
    for (let i = 0; i < 4; i++) {
      order.push(
        (await collection.findOneAndUpdate(claim, [{ $set: { STATUS: 'RUNNING' } }], oldestFirst))?._id,
      );
    }
    expect(order).toEqual([3, 4, 2, undefined]);
  });

  it('reads only the requested page of the newest jobs', async () => {
    const collection = shared.client.db('queue').collection<Job>('jobs');
    const before = await examined(shared.client);
    const page = await collection
      .find({ _id: { $lt: 15_000 } })
      .sort({ _id: -1 })
      .limit(20)
      .toArray();
    expect(page.map(({ _id }) => _id)).toEqual(Array.from({ length: 20 }, (_, i) => 14_999 - i));
    expect((await examined(shared.client)) - before).toBeLessThan(25);
  });
});

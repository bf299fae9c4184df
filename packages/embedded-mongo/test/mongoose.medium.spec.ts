import { createConnection, type Connection, type Model, Schema } from 'mongoose';
import { serverForFile } from './support';

const shared = serverForFile();
interface Job {
  FILENAME: string;
  STATUS: string;
  key?: string;
  availableAt?: Date;
  lease?: { owner?: string; until?: Date };
  history: { status: string; at: Date }[];
  progress?: Map<string, number>;
  attempts: number;
}

let connection: Connection;
let jobs: Model<Job>;
beforeAll(async () => {
  connection = await createConnection(shared.server.uri, { dbName: 'app' }).asPromise();
  jobs = connection.model<Job>('Job', schema);
});
afterAll(() => connection.close());

const definition = {
  FILENAME: { type: String, required: true },
  STATUS: { type: String, default: 'ENQUEUE', index: true },
  key: { type: String, unique: true, sparse: true },
  availableAt: Date,
  lease: { owner: String, until: Date },
  history: [{ status: String, at: Date }],
  progress: { type: Map, of: Number },
  attempts: { type: Number, default: 0 },
};
const schema = new Schema<Job>(definition, { timestamps: true, optimisticConcurrency: true });
schema.index({ STATUS: 1, availableAt: 1, _id: 1 });

describe('mongoose', () => {
  it('creates the indexes of a schema at startup, even if run twice', async () => {
    await jobs.init();
    await jobs.createIndexes();
    const names = (await jobs.listIndexes()).map(({ name }) => name as unknown);
    expect(names).toEqual(['_id_', 'STATUS_1', 'key_1', 'STATUS_1_availableAt_1__id_1']);
  });

  it('creates, finds, saves and deletes documents', async () => {
    const job = await jobs.create({ FILENAME: 'a b.mp4', progress: { frames: 1 } });
    job.set('lease.owner', 'me');
    job.history.push({ status: 'ENQUEUE', at: new Date(5) });
    await job.save();
    const found = await jobs.findById(job._id).lean<Record<string, unknown>>().orFail();
    expect(found).toMatchObject({
      FILENAME: 'a b.mp4', STATUS: 'ENQUEUE', attempts: 0, lease: { owner: 'me' }, progress: { frames: 1 },
      history: [{ status: 'ENQUEUE', at: new Date(5) }],
    }); // prettier-ignore
    expect(found['createdAt']).toBeInstanceOf(Date);
    const stale = await jobs.findById(job._id).orFail();
    job.set('FILENAME', 'c.mp4');
    await job.save();
    stale.set('FILENAME', 'd.mp4');
    await expect(stale.save()).rejects.toMatchObject({ name: 'VersionError' });
    await job.deleteOne();
    expect(await jobs.exists({ _id: job._id })).toBeNull();
  });

  it('claims with a pipeline and upserts with defaults', async () => {
    await jobs.create({ FILENAME: 'one', availableAt: new Date(1) });
    const claimed = await jobs
      .findOneAndUpdate(
        { STATUS: 'ENQUEUE', $expr: { $lte: ['$availableAt', '$$NOW'] } },
        [
          {
            $set: {
              STATUS: 'RUNNING',
              attempts: { $add: ['$attempts', 1] },
              'lease.until': { $add: ['$$NOW', 1000] },
            },
          },
        ],
        { sort: { availableAt: 1, _id: 1 }, returnDocument: 'after', updatePipeline: true },
      )
      .orFail();
    expect(claimed.get('STATUS')).toBe('RUNNING');
    expect(claimed.get('attempts')).toBe(1);
    expect(claimed.get('lease.until')).toBeInstanceOf(Date);
    const upserted = await jobs.findOneAndUpdate(
      { key: 'k' },
      { FILENAME: 'two' },
      { upsert: true, returnDocument: 'after' },
    );
    expect(upserted.toObject()).toMatchObject({ key: 'k', FILENAME: 'two', STATUS: 'ENQUEUE', attempts: 0 });
    await expect(jobs.create({ FILENAME: 'three', key: 'k' })).rejects.toMatchObject({ code: 11000 });
  });

  it('counts by status and pages with a cursor', async () => {
    await jobs.deleteMany({});
    await jobs.insertMany(
      Array.from({ length: 230 }, (_, i) => ({ FILENAME: `${i}`, STATUS: i % 3 ? 'A' : 'B' })),
    );
    const counts = await jobs.aggregate([
      { $group: { _id: '$STATUS', n: { $sum: 1 } } },
      { $sort: { _id: 1 } },
    ]);
    expect(counts).toEqual([
      { _id: 'A', n: 153 },
      { _id: 'B', n: 77 },
    ]);
    expect(await jobs.countDocuments({ STATUS: 'B' })).toBe(77);
    const names: string[] = [];
    for await (const job of jobs.find().sort({ _id: -1 }).batchSize(50).cursor()) names.push(job.FILENAME);
    expect(names).toEqual(Array.from({ length: 230 }, (_, i) => `${229 - i}`));
  });
});

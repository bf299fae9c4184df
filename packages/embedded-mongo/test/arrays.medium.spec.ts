import { examined, serverForFile } from './support';

const shared = serverForFile();

interface Job {
  _id: number;
  classes?: { label: string; count: number }[];
}

describe('an index of a field in an array', () => {
  const count = 3000;

  async function jobs(database: string) {
    const collection = shared.client.db(database).collection<Job>('jobs');
    await collection.createIndex({ 'classes.label': 1, _id: -1 }, {}, {});
    await collection.insertMany(
      Array.from({ length: count }, (_, _id) => ({
        _id,
        classes: ['cup', ...(_id % 2 ? ['person', 'car'] : [])].map((label) => ({ label, count: _id })),
      })),
    );
    await collection.insertOne({ _id: count });
    return collection;
  }

  it('provides the order of the fields after it', async () => {
    const collection = await jobs('arrays');
    const before = await examined(shared.client);
    const find = (filter: object) => collection.find(filter).sort({ _id: -1 }).limit(3).toArray();
    const ids = async (filter: object) => (await find(filter)).map(({ _id }) => _id);
    expect(await ids({ 'classes.label': 'person' })).toEqual([2999, 2997, 2995]);
    expect(await ids({ 'classes.label': 'cup', _id: { $lt: 2998 } })).toEqual([2997, 2996, 2995]);
    expect((await examined(shared.client)) - before).toBeLessThan(12);
  });

  it('returns a document once that matches several values', async () => {
    const collection = await jobs('arrays_in');
    const filter = { 'classes.label': { $in: ['person', 'car', 'cup'] } };
    const found = await collection.find(filter).sort({ _id: -1 }).toArray();
    expect(found.map(({ _id }) => _id)).toEqual(Array.from({ length: count }, (_, n) => count - 1 - n));
  });

  it('is not used for its own order', async () => {
    const collection = await jobs('arrays_own');
    const found = await collection.find({}).sort({ 'classes.label': 1, _id: -1 }).toArray();
    expect(found).toHaveLength(count + 1);
    expect(found[0]?._id).toBe(count);
  });
});

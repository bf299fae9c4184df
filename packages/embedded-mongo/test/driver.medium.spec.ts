import {
  Binary,
  BSONRegExp,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  MongoClient,
  ObjectId,
  Timestamp,
  UUID,
} from 'mongodb';
import { refusal, serverForFile } from './support';

const shared = serverForFile();
let counter = 0;
const freshDb = () => shared.client.db(`db${++counter}`);
const fresh = <T extends Document = Document>() => freshDb().collection<T>('things');

describe('the server', () => {
  it('responds to hello, ping, buildInfo and serverStatus', async () => {
    const admin = shared.client.db('admin');
    const hello = await admin.command({ hello: 1 });
    expect(hello).toMatchObject({ isWritablePrimary: true, setName: 'embedded', ok: 1 });
    expect(hello['maxWireVersion']).toBeGreaterThanOrEqual(9);
    expect(hello).not.toHaveProperty('topologyVersion');
    expect(await admin.command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect(await admin.command({ buildInfo: 1 })).toMatchObject({ version: '7.0.0' });
    expect(await admin.command({ serverStatus: 1 })).toHaveProperty('uptime');
  });

  it('serves a client that discovers the replica set instead of connecting directly', async () => {
    const client = new MongoClient(shared.server.uri.replace('directConnection=true', 'replicaSet=embedded'));
    await client.db('a').collection('b').insertOne({ c: 1 });
    expect(await client.db('a').collection('b').countDocuments()).toBe(1);
    await client.close();
  });
});

describe('types', () => {
  it('keeps every BSON type through storage, and every type of _id', async () => {
    const things = fresh<{ _id: unknown; value: unknown }>();
    const values = [
      new Int32(5), new Double(5), new Double(5.5), new Double(-0), new Double(2 ** 40), new Double(NaN),
      Long.fromString('9007199254740993'), Long.fromNumber(5), Decimal128.fromString('1.10'),
      'text', true, null, new Date(1234), new ObjectId(), new UUID(), new Binary(Buffer.from([1, 2]), 128),
      new BSONRegExp('a.b', 'i'), new Timestamp({ t: 7, i: 3 }), new MinKey(), new MaxKey(),
      { b: { c: new Int32(1) }, a: [] }, [new Int32(1), [new Double(2)], { x: null }],
    ]; // prettier-ignore
    const raw = { promoteValues: false, bsonRegExp: true };
    for (const value of values) {
      // MongoDB does not accept an array or regex as _id; the driver replaces null by an ObjectId.
      const isWrapped = value === null || Array.isArray(value) || value instanceof BSONRegExp;
      const _id = isWrapped ? { value } : value;
      await things.insertOne({ _id, value });
      const found = await things.findOne({ _id } as never, raw);
      expect(found).toEqual({ _id, value });
      await things.deleteOne({ _id } as never);
    }
  });

  it('treats equal numbers of different types as equal, as values and as _id', async () => {
    const things = fresh<{ _id: Long | number | Double }>();
    await things.insertOne({ _id: Long.fromNumber(5) });
    expect(await things.countDocuments({ _id: 5 })).toBe(1);
    expect(await refusal(things.insertOne({ _id: new Double(5) }))).toMatchObject({ code: 11000 });
  });
});

describe('find', () => {
  it('filters, sorts, skips, limits and projects', async () => {
    const things = fresh();
    await things.insertMany(
      [3, 1, 2, 5, 4].map((n) => ({ _id: n as never, n, odd: n % 2 === 1, deep: { a: n, b: 0 } })),
    );
    const found = things
      .find({ n: { $gt: 1 } }, { projection: { 'deep.a': 1 } })
      .sort({ n: -1 })
      .skip(1)
      .limit(2);
    expect(await found.toArray()).toEqual([
      { _id: 4, deep: { a: 4 } },
      { _id: 3, deep: { a: 3 } },
    ]);
    expect(
      await things
        .find({ odd: true }, { projection: { deep: 0, _id: 0 } })
        .sort({ odd: 1, n: 1 })
        .toArray(),
    ).toEqual([1, 3, 5].map((n) => ({ n, odd: true })));
  });

  it('returns the documents that existed when the query ran, in batches', async () => {
    const things = fresh();
    await things.insertMany(Array.from({ length: 250 }, (_, i) => ({ _id: i as never })));
    const cursor = things.find().sort({ _id: -1 }).batchSize(100);
    const first = await cursor.next();
    await things.deleteMany({});
    const rest = await cursor.toArray();
    expect([first, ...rest].map((document) => document?.['_id'] as unknown)).toEqual(
      Array.from({ length: 250 }, (_, i) => 249 - i),
    );
  });

  it('forgets a killed cursor', async () => {
    const db = freshDb();
    await db.collection('things').insertMany(Array.from({ length: 10 }, () => ({})));
    const reply = await db.command({ find: 'things', batchSize: 2 }, { promoteLongs: false });
    const { id } = (reply as { cursor: { id: Long } }).cursor;
    const killed = await db.command({ killCursors: 'things', cursors: [id] }, { promoteLongs: false });
    expect(killed).toMatchObject({ cursorsKilled: [id], cursorsNotFound: [] });
    expect(await refusal(db.command({ getMore: id, collection: 'things' }))).toMatchObject({ code: 43 });
  });

  it('counts, lists distinct values, and finds nothing in a missing collection', async () => {
    const things = fresh();
    expect(await things.find({}).toArray()).toEqual([]);
    expect(await things.distinct('a')).toEqual([]);
    await things.insertMany([{ a: [1, 2] }, { a: 2 }, { a: 3 }, {}]);
    expect(await things.distinct('a')).toEqual([1, 2, 3]);
    expect(await things.countDocuments({ a: 2 })).toBe(2);
    expect(await things.countDocuments({ a: { $exists: true } }, { skip: 1, limit: 5 })).toBe(2);
  });
});

describe('aggregate', () => {
  it('runs the stages that Boxreel uses', async () => {
    const things = fresh();
    await things.insertMany([
      { STATUS: 'a', n: 1, tags: ['x', 'y'] },
      { STATUS: 'b', n: 2, tags: [] },
      { STATUS: 'a', n: 3 },
    ]);
    const run = (...pipeline: Document[]) => things.aggregate(pipeline).toArray();
    const group = {
      $group: {
        _id: '$STATUS',
        n: { $sum: 1 },
        total: { $sum: '$n' },
        all: { $push: '$n' },
        mean: { $avg: '$n' },
      },
    };
    expect(await run(group, { $sort: { _id: -1 } })).toEqual([
      { _id: 'b', n: 1, total: 2, all: [2], mean: 2 },
      { _id: 'a', n: 2, total: 4, all: [1, 3], mean: 2 },
    ]);
    expect(await run({ $match: { n: { $gt: 1 } } }, { $count: 'count' })).toEqual([{ count: 2 }]);
    expect(await run({ $unwind: '$tags' }, { $project: { _id: 0, tag: '$tags', n: 1 } })).toEqual([
      { n: 1, tag: 'x' },
      { n: 1, tag: 'y' },
    ]);
    expect(
      await run({
        $facet: {
          page: [{ $sort: { n: -1 } }, { $skip: 1 }, { $limit: 1 }, { $unset: ['_id', 'tags'] }],
          total: [{ $count: 'n' }],
        },
      }),
    ).toEqual([{ page: [{ STATUS: 'b', n: 2 }], total: [{ n: 3 }] }]);
    expect(
      await things
        .aggregate([{ $sort: { n: 1 } }], { batchSize: 1 })
        .map((d) => d['n'] as number)
        .toArray(),
    ).toEqual([1, 2, 3]);
  });
});

import {
  type AnyBulkWriteOperation,
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
  MongoBulkWriteError,
  ObjectId,
  Timestamp,
  UUID,
} from 'mongodb';
import { examined, rawCommand, refusal, serverForFile, withProxy } from './support';

const shared = serverForFile();
let counter = 0;
const freshDb = () => shared.client.db(`db${++counter}`);
const fresh = <T extends Document = Document>() => freshDb().collection<T>('things');

describe('the server', () => {
  it('answers hello, ping, buildInfo and serverStatus', async () => {
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
      // MongoDB takes no array or regex as _id; the driver puts an ObjectId for a null.
      const isWrapped = value === null || Array.isArray(value) || value instanceof BSONRegExp;
      const _id = isWrapped ? { value } : value;
      await things.insertOne({ _id, value });
      const found = await things.findOne({ _id } as never, raw);
      expect(found).toEqual({ _id, value });
      await things.deleteOne({ _id } as never);
    }
  });

  it('takes numbers of different types for equal, as values and as _id', async () => {
    const things = fresh<{ _id: Long | number | Double }>();
    await things.insertOne({ _id: Long.fromNumber(5) });
    expect(await things.countDocuments({ _id: 5 })).toBe(1);
    expect(await refusal(things.insertOne({ _id: new Double(5) }))).toMatchObject({ code: 11000 });
  });
});

describe('insert', () => {
  it('gives an ObjectId first place where there is no _id', async () => {
    const things = fresh();
    const { insertedId } = await things.insertOne({ a: 1 });
    expect(insertedId).toBeInstanceOf(ObjectId);
    expect(Object.keys((await things.findOne({ a: 1 }))!)).toEqual(['_id', 'a']);
  });

  it('stops an ordered batch at the first error and goes on in an unordered one', async () => {
    const things = fresh<{ _id: number }>();
    const documents = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
    const ordered = await things.insertMany(documents).catch((error: unknown) => error);
    expect(ordered).toBeInstanceOf(MongoBulkWriteError);
    expect(ordered).toMatchObject({
      code: 11000,
      insertedCount: 1,
      writeErrors: [{ index: 1, code: 11000 }],
    });
    expect(await things.countDocuments()).toBe(1);
    const unordered = await things.insertMany(documents, { ordered: false }).catch((error: unknown) => error);
    expect(unordered).toMatchObject({ insertedCount: 1, writeErrors: [{ index: 0 }, { index: 1 }] });
  });

  it('reports a duplicate as MongoDB does', async () => {
    const things = fresh();
    await things.createIndex({ email: 1 }, { unique: true }, {});
    await things.insertOne({ email: 'a@b.c' });
    const error = await refusal(things.insertOne({ email: 'a@b.c' }));
    expect(error.message).toBe(
      `E11000 duplicate key error collection: ${things.namespace} index: email_1 dup key: { email: "a@b.c" }`,
    );
    expect(error).toMatchObject({ code: 11000, keyPattern: { email: 1 }, keyValue: { email: 'a@b.c' } });
  });

  it('takes a large batch, and one of documents of many megabytes', async () => {
    const things = fresh();
    await things.insertMany(Array.from({ length: 5000 }, (_, i) => ({ i })));
    await things.insertMany(Array.from({ length: 3 }, () => ({ big: 'x'.repeat(9_000_000) })));
    expect(await things.estimatedDocumentCount()).toBe(5003);
    const sizes = await things.find({ big: { $exists: true } }).toArray();
    expect(sizes.map((document) => (document['big'] as string).length)).toEqual([9e6, 9e6, 9e6]);
    expect(
      await refusal(
        things.insertOne({ big: 'x'.repeat(16 * 1024 * 1024) }).catch((e: unknown) => {
          throw e;
        }),
      ),
    ).toMatchObject({ code: 10334 });
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

  it('reads on in batches what was there when the query ran', async () => {
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

  it('counts, lists distinct values, and finds nothing where there is no collection', async () => {
    const things = fresh();
    expect(await things.find({}).toArray()).toEqual([]);
    expect(await things.distinct('a')).toEqual([]);
    await things.insertMany([{ a: [1, 2] }, { a: 2 }, { a: 3 }, {}]);
    expect(await things.distinct('a')).toEqual([1, 2, 3]);
    expect(await things.countDocuments({ a: 2 })).toBe(2);
    expect(await things.countDocuments({ a: { $exists: true } }, { skip: 1, limit: 5 })).toBe(2);
  });
});

describe('update', () => {
  it('tells matched from modified', async () => {
    const things = fresh();
    await things.insertMany([{ a: 1 }, { a: 2 }, { a: 2 }]);
    expect(await things.updateMany({}, { $set: { a: 2 } })).toMatchObject({
      matchedCount: 3,
      modifiedCount: 1,
    });
    expect(await things.updateOne({ a: 9 }, { $set: { a: 2 } })).toMatchObject({
      matchedCount: 0,
      modifiedCount: 0,
    });
  });

  it('upserts with what filter, $set and $setOnInsert say, once', async () => {
    const things = fresh();
    const upsert = () =>
      things.updateOne(
        { name: 'a', 'deep.er': 1, n: { $gt: 3 } },
        { $setOnInsert: { n: 5 }, $inc: { c: 1 } },
        { upsert: true },
      );
    const first = await upsert();
    expect(first).toMatchObject({ matchedCount: 0, upsertedCount: 1 });
    expect(await upsert()).toMatchObject({ matchedCount: 1, modifiedCount: 1, upsertedCount: 0 });
    expect(await things.find().toArray()).toEqual([
      { _id: first.upsertedId, name: 'a', deep: { er: 1 }, n: 5, c: 2 },
    ]);
  });

  it('replaces, keeps the _id, and does not let it change', async () => {
    const things = fresh<{ _id: number; a?: number; b?: number }>();
    await things.insertOne({ _id: 1, a: 1 });
    await things.replaceOne({ _id: 1 }, { b: 2 });
    expect(await things.findOne()).toEqual({ _id: 1, b: 2 });
    expect(await refusal(things.updateOne({ _id: 1 }, { $set: { _id: 2 } as never }))).toMatchObject({
      code: 66,
    });
  });

  it('runs pipelines with $$NOW, one Date throughout a command', async () => {
    const things = fresh();
    await things.insertMany([{ n: 1, gone: 1, lease: { owner: 'a', until: 1 } }, { n: 2 }]);
    const before = Date.now();
    await things.updateMany({}, [
      { $set: { at: '$$NOW', until: { $add: ['$$NOW', 1000] }, n: { $add: ['$n', 1] }, 'lease.owner': 'b' } },
      {
        $set: {
          passed: { $subtract: ['$until', '$at'] },
          kind: { $cond: [{ $gt: ['$n', 2] }, 'big', '$$REMOVE'] },
        },
      },
      { $unset: ['gone', 'lease.until'] },
    ]);
    const [first, second] = (await things.find().sort({ n: 1 }).toArray()) as unknown as [Document, Document];
    expect(first['at']).toBeInstanceOf(Date);
    expect(first['at']).toEqual(second['at']);
    expect((first['at'] as Date).getTime()).toBeGreaterThanOrEqual(before);
    expect(first).toMatchObject({ n: 2, passed: 1000, lease: { owner: 'b' } });
    expect(Object.keys(first)).toEqual(['_id', 'n', 'lease', 'at', 'until', 'passed']);
    expect(first['lease']).toEqual({ owner: 'b' });
    expect(second).toMatchObject({ n: 3, kind: 'big' });
  });

  it('runs a mixed bulkWrite', async () => {
    const things = fresh<{ _id: number; a?: number }>();
    const operations: AnyBulkWriteOperation<{ _id: number; a?: number }>[] = [
      { insertOne: { document: { _id: 1 } } },
      { updateOne: { filter: { _id: 1 }, update: { $set: { a: 1 } } } },
      { updateOne: { filter: { _id: 2 }, update: { $set: { a: 2 } }, upsert: true } },
      { deleteOne: { filter: { _id: 1 } } },
    ];
    expect(await things.bulkWrite(operations)).toMatchObject({
      insertedCount: 1, modifiedCount: 1, upsertedCount: 1, deletedCount: 1, upsertedIds: { 2: 2 },
    }); // prettier-ignore
  });

  it('deletes one or many', async () => {
    const things = fresh();
    await things.insertMany([{ a: 1 }, { a: 1 }, { a: 1 }, { a: 2 }]);
    expect(await things.deleteOne({ a: 1 })).toMatchObject({ deletedCount: 1 });
    expect(await things.deleteMany({ a: 1 })).toMatchObject({ deletedCount: 2 });
    expect(await things.countDocuments()).toBe(1);
  });
});

describe('findAndModify', () => {
  it('sorts, returns the document before or after, upserts, removes', async () => {
    const things = fresh<{ _id: number; n: number }>();
    await things.insertMany([
      { _id: 1, n: 5 },
      { _id: 2, n: 3 },
    ]);
    expect(await things.findOneAndUpdate({}, { $inc: { n: 10 } }, { sort: { n: 1 } })).toEqual({
      _id: 2,
      n: 3,
    });
    const after = { returnDocument: 'after', projection: { n: 1, _id: 0 } } as const;
    expect(await things.findOneAndUpdate({}, { $inc: { n: 10 } }, { ...after, sort: { n: 1 } })).toEqual({
      n: 15,
    });
    expect(await things.findOneAndUpdate({ _id: 9 }, { $set: { n: 1 } })).toBeNull();
    const upserted = await things.findOneAndUpdate(
      { _id: 9 },
      { $set: { n: 1 } },
      { upsert: true, includeResultMetadata: true },
    );
    expect(upserted).toMatchObject({
      value: null,
      lastErrorObject: { n: 1, updatedExisting: false, upserted: 9 },
    });
    expect(await things.findOneAndReplace({ _id: 9 }, { n: 2 }, { returnDocument: 'after' })).toEqual({
      _id: 9,
      n: 2,
    });
    expect(await things.findOneAndDelete({ _id: 9 })).toEqual({ _id: 9, n: 2 });
    const updated = await things.findOneAndUpdate(
      { _id: 1 },
      { $set: { n: 0 } },
      { includeResultMetadata: true },
    );
    expect(updated).toMatchObject({ lastErrorObject: { n: 1, updatedExisting: true }, ok: 1 });
  });
});

describe('aggregate', () => {
  it('runs the stages of the product', async () => {
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

describe('databases, collections and indexes', () => {
  it('creates, lists and drops', async () => {
    const db = freshDb();
    await db.createCollection('a');
    expect(await refusal(db.createCollection('a'))).toMatchObject({ code: 48 });
    await db.collection('b').insertOne({});
    expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await db.listCollections({ name: 'b' }, { nameOnly: true }).toArray()).toEqual([
      { name: 'b', type: 'collection' },
    ]);
    const names = async () =>
      (await shared.client.db('admin').admin().listDatabases()).databases.map(({ name }) => name);
    expect(await names()).toContain(db.databaseName);
    await db.collection('a').drop();
    expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(['b']);
    await db.dropDatabase();
    expect(await names()).not.toContain(db.databaseName);
  });

  it('creates unique, compound, partial and TTL indexes and lists them', async () => {
    const things = fresh();
    await things.createIndex({ a: 1, b: -1 }, { unique: true }, {});
    await things.createIndex({ c: 1 }, { unique: true, partialFilterExpression: { live: true } }, {});
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 60 }, {});
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 60 }, {});
    expect(await things.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1, b: -1 }, name: 'a_1_b_-1', unique: true },
      { v: 2, key: { c: 1 }, name: 'c_1', unique: true, partialFilterExpression: { live: true } },
      { v: 2, key: { at: 1 }, name: 'at_1', expireAfterSeconds: 60 },
    ]);
    await things.insertMany([
      { a: 1, b: 1, c: 1, live: true },
      { a: 1, b: 2, c: 1, live: false },
    ]);
    expect(await refusal(things.insertOne({ a: 1, b: 2 }))).toMatchObject({
      code: 11000,
      keyValue: { a: 1, b: 2 },
    });
    expect(await refusal(things.updateOne({ b: 2 }, { $set: { live: true } }))).toMatchObject({
      code: 11000,
    });
    expect(await things.findOne({ b: 2 })).toMatchObject({ live: false });
    expect(await refusal(things.createIndex({ c: 1 }, { name: 'other' }, {}))).toMatchObject({ code: 85 });
    expect(await refusal(things.createIndex({ d: 1 }, { name: 'c_1' }, {}))).toMatchObject({ code: 86 });
  });

  it('refuses a unique index on documents that break it, and keeps none', async () => {
    const things = fresh();
    await things.insertMany([{ a: 1 }, { a: 1 }]);
    expect(await refusal(things.createIndex({ a: 1 }, { unique: true }, {}))).toMatchObject({ code: 11000 });
    expect(await things.indexes()).toHaveLength(1);
  });

  it('finds the same with an index as without, reading far less', async () => {
    const [plain, indexed] = [fresh(), fresh()];
    await indexed.createIndexes([{ key: { kind: 1, n: -1 } }, { key: { tags: 1 } }]);
    const documents = Array.from({ length: 600 }, (_, i) => ({
      _id: i as never,
      kind: ['a', 'b', 'c', null][i % 4],
      ...(i % 5 === 0 ? {} : { n: i % 7 === 0 ? `${i}` : (i * 37) % 100 }),
      tags: i % 3 === 0 ? [i % 10, 'x'] : i % 10,
    }));
    for (const collection of [plain, indexed]) await collection.insertMany(documents);
    const queries: [Document, Document?][] = [
      [
        { kind: 'a', n: { $gte: 90 } },
        { n: 1, _id: 1 },
      ],
      [
        { kind: { $in: ['a', 'c'] }, n: { $lt: 5 } },
        { n: -1, _id: 1 },
      ],
      [{ kind: null, n: null }, { _id: 1 }],
      [{ kind: 'b', $expr: { $lte: ['$n', 3] } }, { _id: 1 }],
      [{ kind: 'b', n: { $gt: '3' } }, { _id: 1 }],
      [{ tags: 4, kind: 'a' }, { _id: -1 }],
      [{ tags: { $in: ['x', 4] }, n: 1 }, { _id: -1 }],
      [{ $and: [{ kind: 'c' }, { n: { $gte: 40, $lte: 60 } }] }, { _id: 1 }],
    ];
    for (const [filter, sort = {}] of queries) {
      const expected = await plain.find(filter).sort(sort).toArray();
      const before = await examined(shared.client);
      expect(await indexed.find(filter).sort(sort).toArray()).toEqual(expected);
      expect(expected.length).toBeGreaterThan(0);
      expect((await examined(shared.client)) - before).toBeLessThan(250);
    }
  });
});

describe('retryable writes', () => {
  it('does a repeated write once and answers it the same', async () => {
    const lsid = { id: new UUID() };
    const increment = (txnNumber: number) =>
      rawCommand(shared.server.port, {
        findAndModify: 'counters', query: { _id: 'a' }, update: { $inc: { n: 1 } }, upsert: true, new: true,
        $db: 'retries', lsid, txnNumber: Long.fromNumber(txnNumber),
      }); // prettier-ignore
    const first = await increment(1);
    expect(first).toMatchObject({ ok: 1, value: { n: 1 } });
    expect(await increment(1)).toEqual(first);
    expect(await increment(2)).toMatchObject({ value: { n: 2 } });
    expect(await increment(1)).toMatchObject({ ok: 0, code: 225, codeName: 'TransactionTooOld' });
  });

  it('lets the driver retry a write whose reply was lost, without doing it twice', async () => {
    await withProxy(shared.server.port, async (uri, loseNextReply) => {
      const client = new MongoClient(uri);
      const things = client.db('lost').collection<{ _id: number; n: number }>('things');
      await things.insertOne({ _id: 1, n: 0 });
      loseNextReply();
      expect(
        await things.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, { returnDocument: 'after' }),
      ).toEqual({ _id: 1, n: 1 });
      expect(await things.findOne()).toEqual({ _id: 1, n: 1 });
      await client.close();
    });
  });

  it('takes explicit sessions', async () => {
    const things = fresh();
    await shared.client.withSession(async (session) => {
      await things.insertOne({ a: 1 }, { session });
      expect(await things.countDocuments({}, { session })).toBe(1);
    });
  });
});

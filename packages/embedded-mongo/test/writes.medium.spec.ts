import {
  type AnyBulkWriteOperation,
  type Document,
  Long,
  MongoClient,
  MongoBulkWriteError,
  ObjectId,
  UUID,
} from 'mongodb';
import { rawCommand, refusal, serverForFile, withProxy } from './support';

const shared = serverForFile();
let counter = 0;
const freshDb = () => shared.client.db(`db${++counter}`);
const fresh = <T extends Document = Document>() => freshDb().collection<T>('things');

describe('insert', () => {
  it('adds an ObjectId as the first field if _id is missing', async () => {
    const things = fresh();
    const { insertedId } = await things.insertOne({ a: 1 });
    expect(insertedId).toBeInstanceOf(ObjectId);
    expect(Object.keys((await things.findOne({ a: 1 }))!)).toEqual(['_id', 'a']);
  });

  it('stops an ordered batch at the first error, but not an unordered one', async () => {
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

  it('accepts a large batch, and one of large documents', async () => {
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

describe('update', () => {
  it('distinguishes matched from modified documents', async () => {
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

  it('upserts once, with the filter, $set and $setOnInsert', async () => {
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

  it('replaces a document, but never its _id', async () => {
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

describe('retryable writes', () => {
  it('applies a repeated write once and returns the same reply', async () => {
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

  it('does not repeat a write that the driver retries after a lost reply', async () => {
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

  it('accepts explicit sessions', async () => {
    const things = fresh();
    await shared.client.withSession(async (session) => {
      await things.insertOne({ a: 1 }, { session });
      expect(await things.countDocuments({}, { session })).toBe(1);
    });
  });
});

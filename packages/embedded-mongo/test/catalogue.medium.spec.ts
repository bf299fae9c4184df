import { type Document } from 'mongodb';
import { examined, refusal, serverForFile } from './support';

const shared = serverForFile();
let counter = 0;
const freshDb = () => shared.client.db(`db${++counter}`);
const fresh = <T extends Document = Document>() => freshDb().collection<T>('things');

describe('databases, collections and indexes', () => {
  it('creates, lists and drops collections and databases', async () => {
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

  it('refuses a unique index that existing documents violate', async () => {
    const things = fresh();
    await things.insertMany([{ a: 1 }, { a: 1 }]);
    expect(await refusal(things.createIndex({ a: 1 }, { unique: true }, {}))).toMatchObject({ code: 11000 });
    expect(await things.indexes()).toHaveLength(1);
  });

  it('finds the same documents with an index, but reads fewer', async () => {
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

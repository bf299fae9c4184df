import { Decimal128, type Document } from 'mongodb';
import { refusal, serverForFile } from './support';

const shared = serverForFile();
const things = () => shared.client.db('refusals').collection('things');

beforeAll(async () => {
  await things().insertOne({
    _id: 1 as never,
    text: 'x',
    list: [1],
    n: 1,
    empty: null,
    price: Decimal128.fromString('1'),
  });
});

describe('refused requests', () => {
  const set = (update: Document | Document[]) => () => things().updateOne({ _id: 1 as never }, update);
  const aggregate =
    (...pipeline: Document[]) =>
    () =>
      things().aggregate(pipeline).toArray();
  const find =
    (filter: Document, options = {}) =>
    () =>
      things().find(filter, options).toArray();
  const command = (document: Document) => () => shared.client.db('refusals').command(document);

  it.each<[string, () => Promise<unknown>, number]>([
    ['an unknown command', command({ frobnicate: 1 }), 59],
    ['a command of MongoDB that is out of scope', command({ mapReduce: 'things' }), 59],
    ['an unknown argument', command({ find: 'things', frobnicate: 1 }), 238],
    ['transactions', command({ find: 'things', startTransaction: true, autocommit: false }), 238],
    ['a collation', find({}, { collation: { locale: 'de' } }), 238],
    ['a tailable cursor', find({}, { tailable: true }), 238],
    ['an unknown query operator', find({ a: { $frob: 1 } }), 2],
    ['an unknown top level operator', find({ $frob: 1 }), 2],
    ['$where', find({ $where: 'true' }), 238],
    ['a bitwise query', find({ a: { $bitsAllSet: 1 } }), 238],
    ['$jsonSchema', find({ $jsonSchema: {} }), 238],
    ['a $slice projection', find({}, { projection: { list: { $slice: 1 } } }), 238],
    ['a positional projection', find({ list: 1 }, { projection: { 'list.$': 1 } }), 238],
    ['inclusion mixed with exclusion', find({}, { projection: { a: 1, b: 0 } }), 2],
    ['an unknown stage', aggregate({ $frob: {} }), 40324],
    ['$lookup', aggregate({ $lookup: { from: 'a', localField: 'b', foreignField: 'c', as: 'd' } }), 238],
    ['$bucket', aggregate({ $bucket: { groupBy: '$n', boundaries: [0, 1] } }), 238],
    ['$out', aggregate({ $out: 'elsewhere' }), 238],
    ['change streams', () => things().watch().next(), 238],
    ['an unknown expression', aggregate({ $project: { a: { $frob: 1 } } }), 168],
    ['an expression out of scope', aggregate({ $project: { a: { $dateToString: { date: '$$NOW' } } } }), 238],
    ['an undefined variable', aggregate({ $project: { a: '$$nope' } }), 17276],
    ['an unknown accumulator', aggregate({ $group: { _id: 1, a: { $frob: 1 } } }), 9],
    ['$stdDevPop', aggregate({ $group: { _id: 1, a: { $stdDevPop: '$n' } } }), 238],
    ['an unknown update operator', set({ $frob: { a: 1 } }), 9],
    ['$unset of nothing', set([{ $unset: [] }]), 9],
    ['$bit', set({ $bit: { n: { and: 1 } } }), 238],
    ['$rename', set({ $rename: { n: 'm' } }), 238],
    ['a positional update', set({ $set: { 'list.$[]': 1 } }), 238],
    ['$inc of a string', set({ $inc: { text: 1 } }), 14],
    ['$inc by a string', set({ $inc: { n: 'x' } }), 14],
    ['$inc of a null', set({ $inc: { empty: 1 } }), 14],
    ['arithmetic on Decimal128', set({ $inc: { price: 1 } }), 238],
    ['$push to a string', set({ $push: { text: 1 } }), 2],
    ['an unknown $push modifier', set({ $push: { list: { $each: [1], $frob: 1 } } }), 2],
    ['$set below a string', set({ $set: { 'text.a': 1 } }), 28],
    ['$set below a null', set({ $set: { 'empty.a': 1 } }), 28],
    ['two operators on one path', set({ $set: { n: 1 }, $inc: { n: 1 } }), 40],
    ['operators on a path and on one below', set({ $set: { a: 1, 'a.b': 1 } }), 40],
    ['$group in an update', set([{ $group: { _id: 1 } }]), 72],
    ['$add of a string', set([{ $set: { n: { $add: ['$text', 1] } } }]), 14],
    ['a text index', () => things().createIndex({ text: 'text' }, {}, {}), 238],
    [
      'an index with a collation',
      () => things().createIndex({ a: 1 }, { collation: { locale: 'de' } }, {}),
      238,
    ],
    [
      'a capped collection',
      () => shared.client.db('refusals').createCollection('c', { capped: true, size: 10 }),
      238,
    ],
    ['validators', () => shared.client.db('refusals').createCollection('c', { validator: { a: 1 } }), 238],
    ['more nodes than exist', () => things().insertOne({}, { writeConcern: { w: 2 } }), 100],
    ['an array as _id', () => things().insertOne({ _id: [1] as never }), 53],
    ['listing indexes of nothing', command({ listIndexes: 'nothing' }), 26],
    ['an invalid collection name', command({ create: 'a$b' }), 73],
  ])('include %s', async (_what, attempt, code) => {
    expect((await refusal(attempt())).code).toBe(code);
  });

  it('change nothing', async () => {
    expect(await things().find({}).toArray()).toEqual([
      { _id: 1, text: 'x', list: [1], n: 1, empty: null, price: Decimal128.fromString('1') },
    ]);
    expect((await shared.client.db('refusals').listCollections().toArray()).map(({ name }) => name)).toEqual([
      'things',
    ]);
  });
});

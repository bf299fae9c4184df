import { Double, Long, ObjectId } from 'bson';
import { compilePipeline } from './pipeline';
import type { Document } from './value';

const now = new Date(1_700_000_000_000);
const run = (pipeline: Document[], ...documents: Document[]) => compilePipeline(pipeline, now)(documents);
const evaluate = (expression: unknown, document: Document = {}) =>
  run([{ $replaceWith: { value: expression } }], document)[0]?.['value'];

describe('an expression', () => {
  it.each<[unknown, Document, unknown]>([
    ['$a.b', { a: { b: 1 } }, 1],
    ['$a.b', { a: [{ b: 1 }, {}, { b: 2 }] }, [1, 2]],
    ['$a.low', { a: Long.ONE }, undefined],
    ['$_id.id', { _id: new ObjectId() }, undefined],
    ['$constructor', {}, undefined],
    ['$$ROOT.a', { a: 1 }, 1],
    ['$$REMOVE', {}, undefined],
    ['$$NOW', {}, now],
    [{ $add: ['$n', 1] }, { n: 1 }, 2],
    [{ $add: ['$n', 1] }, { n: Long.ONE }, Long.fromNumber(2)],
    [{ $add: ['$n', 0.5] }, { n: 1.5 }, new Double(2)],
    [{ $add: ['$missing', 1] }, {}, null],
    [{ $subtract: ['$$NOW', new Date(0)] }, {}, Long.fromNumber(now.getTime())],
    [{ $subtract: ['$$NOW', 1000] }, {}, new Date(now.getTime() - 1000)],
    [{ $multiply: [2, '$n'] }, { n: 3 }, 6],
    [{ $cond: ['$a', 1, 2] }, { a: Long.ZERO }, 2],
    [{ $cond: { if: { $eq: ['$a', ''] }, then: 1, else: 2 } }, { a: '' }, 1],
    [{ $ifNull: ['$a', '$b', 3] }, { b: null }, 3],
    [
      { $switch: { branches: [{ case: { $gt: ['$a', 1] }, then: 'big' }], default: 'small' } },
      { a: 1 },
      'small',
    ],
    [{ $lt: ['$missing', null] }, {}, true],
    [{ $eq: ['$a', { x: 1, y: 2 }] }, { a: { y: 2, x: 1 } }, false],
    [{ $in: ['$a', [Long.ONE]] }, { a: 1 }, true],
    [{ $and: ['$a', { $not: ['$b'] }] }, { a: 'x', b: 0 }, true],
    [{ $mergeObjects: ['$a', { y: 2 }] }, { a: { x: 1 } }, { x: 1, y: 2 }],
    [{ $mergeObjects: '$missing' }, {}, {}],
    [{ $let: { vars: { v: { w: '$a' } }, in: { $add: ['$$v.w', 1] } } }, { a: 1 }, 2],
    [{ $concatArrays: ['$a', [3]] }, { a: [1] }, [1, 3]],
    [{ $arrayElemAt: ['$a', -1] }, { a: [1, 2] }, 2],
    [{ $slice: ['$a', -1] }, { a: [1, 2] }, [2]],
    [{ $size: '$a' }, { a: [1, 2] }, 2],
    [{ $max: ['$a', '$b'] }, { a: 1, b: new Date(0) }, new Date(0)],
    [{ $literal: '$a' }, { a: 1 }, '$a'],
    [{ $type: '$a' }, {}, 'missing'],
  ])('%j of %j', (expression, document, expected) => {
    expect(evaluate(expression, document)).toEqual(expected);
  });
});

describe('stages', () => {
  it('$set adds to existing documents, at every element of an array, and computes from the old document', () => {
    const before = { a: { x: 1 }, list: [{ x: 1 }, 5], n: 1 };
    expect(run([{ $set: { a: { y: 2 }, 'list.z': '$n', n: 7 } }], before)).toEqual([
      { a: { x: 1, y: 2 }, list: [{ x: 1, z: 1 }, { z: 1 }], n: 7 },
    ]);
  });

  it('$project keeps the order of the document and appends computed fields', () => {
    const document = { _id: 1, b: { x: 1, y: 2 }, a: [{ x: 1, y: 2 }], constructor: 'me' };
    expect(
      Object.entries(
        run([{ $project: { sum: { $add: ['$b.x', 1] }, 'a.x': 1, b: { y: 1 } } }], document)[0]!,
      ),
    ).toEqual([
      ['_id', 1],
      ['b', { y: 2 }],
      ['a', [{ x: 1 }]],
      ['sum', 2],
    ]);
    expect(run([{ $project: { 'a.x': 0, b: 0 } }], document)).toEqual([
      { _id: 1, a: [{ y: 2 }], constructor: 'me' },
    ]);
  });

  it('$group treats equal numbers of all types as one key, and missing as null', () => {
    const documents = [{ k: 1, v: 1 }, { k: Long.ONE, v: 'x' }, { k: null, v: 2 }, { v: Long.ONE }];
    expect(
      run(
        [{ $group: { _id: '$k', n: { $sum: 1 }, sum: { $sum: '$v' }, set: { $addToSet: '$k' } } }],
        ...documents,
      ),
    ).toEqual([
      { _id: null, n: 2, sum: Long.fromNumber(3), set: [null] },
      { _id: 1, n: 2, sum: 1, set: [1] },
    ]);
  });

  it('$group orders groups by key and keeps the order of the documents in each', () => {
    const keys = ['b', 'a', 'b', 3, 'a', new Date(0), 'c', 3, 'a'];
    const documents = keys.map((k, i) => ({ k, i }));
    expect(run([{ $group: { _id: '$k', i: { $push: '$i' } } }], ...documents)).toEqual([
      { _id: 3, i: [3, 7] },
      { _id: 'a', i: [1, 4, 8] },
      { _id: 'b', i: [0, 2] },
      { _id: 'c', i: [6] },
      { _id: new Date(0), i: [5] },
    ]);
  });

  it('$sort orders all types, missing first', () => {
    const values = [true, 'a', new Date(0), 5, { x: 1 }, [], [3, 9], new ObjectId(), null, undefined, 'B'];
    const documents = values.map((v, i) => (v === undefined ? { i } : { i, v }));
    expect(run([{ $sort: { v: 1 } }], ...documents).map(({ i }) => i)).toEqual([
      5, 8, 9, 6, 3, 10, 1, 4, 7, 0, 2,
    ]);
    expect(run([{ $sort: { v: -1 } }, { $limit: 3 }, { $skip: 1 }], ...documents).map(({ i }) => i)).toEqual([
      0, 7,
    ]);
  });

  it('evaluates $unwind and $count', () => {
    const documents = [{ a: [1, 2] }, { a: [] }, { a: 'x' }, { a: '' }, { a: null }, {}];
    expect(run([{ $unwind: '$a' }], ...documents)).toEqual([{ a: 1 }, { a: 2 }, { a: 'x' }, { a: '' }]);
    expect(run([{ $unwind: { path: '$a', preserveNullAndEmptyArrays: true } }], { a: [] }, {})).toEqual([
      {},
      {},
    ]);
    expect(run([{ $match: { a: 5 } }, { $count: 'n' }], ...documents)).toEqual([]);
  });
});

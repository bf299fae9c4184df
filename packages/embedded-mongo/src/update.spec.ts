import { Double, Long } from 'bson';
import { compileUpdate } from './update';
import { type Document, identical } from './value';

const now = new Date(1_700_000_000_000);
const apply = (update: unknown, document: Document, inserting = false) =>
  compileUpdate(update, now).apply({ _id: 1, ...document }, inserting);

describe('an update', () => {
  it.each<[string, unknown, Document, Document]>([
    ['adds new fields by name', { $set: { c: 1, 'b.a': 2 } }, { a: 0 }, { a: 0, b: { a: 2 }, c: 1 }],
    ['sets an array element, padding with null', { $set: { 'a.2': 1 } }, { a: [0] }, { a: [0, null, 1] }],
    ['unsets fields', { $unset: { a: '', 'b.c': '', x: '' } }, { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2 } }],
    ['unsets an element to null', { $unset: { 'a.0': '' } }, { a: [1, 2] }, { a: [null, 2] }],
    ['increments an int to an int', { $inc: { n: 1 } }, { n: 1 }, { n: 2 }],
    [
      'increments an int beyond 32 bits to a long',
      { $inc: { n: 1 } },
      { n: 2147483647 },
      { n: Long.fromString('2147483648') },
    ],
    ['increments a long to a long', { $inc: { n: 1 } }, { n: Long.ONE }, { n: Long.fromNumber(2) }],
    ['increments by a double to a double', { $inc: { n: 0.5 } }, { n: 1.5 }, { n: new Double(2) }],
    ['starts a counter', { $inc: { 'a.n': 3 } }, {}, { a: { n: 3 } }],
    ['multiplies', { $mul: { n: 3, m: 2 } }, { n: 2 }, { n: 6, m: 0 }],
    ['sets $min and $max', { $min: { a: 1 }, $max: { b: 9, c: 1 } }, { a: 2, b: 3 }, { a: 1, b: 9, c: 1 }],
    ['stamps the time', { $currentDate: { at: true } }, {}, { at: now }],
    ['pushes', { $push: { a: { x: 1 } } }, {}, { a: [{ x: 1 }] }],
    [
      'pushes with position and slice',
      { $push: { a: { $each: [8, 9], $position: 0, $slice: 3 } } },
      { a: [1, 2] },
      { a: [8, 9, 1] },
    ],
    [
      'pushes sorted and keeps the last',
      { $push: { a: { $each: [{ n: 2 }], $sort: { n: 1 }, $slice: -2 } } },
      { a: [{ n: 3 }, { n: 1 }] },
      { a: [{ n: 2 }, { n: 3 }] },
    ],
    ['adds to a set', { $addToSet: { a: { $each: [1, 2, 2] } } }, { a: [1] }, { a: [1, 2] }],
    ['pulls values', { $pull: { a: 1 } }, { a: [1, 2, 1] }, { a: [2] }],
    [
      'pulls by condition',
      { $pull: { a: { $gte: 2 }, b: { x: 1 } } },
      { a: [1, 2, 3], b: [{ x: 1, y: 1 }, { x: 2 }] },
      { a: [1], b: [{ x: 2 }] },
    ],
    ['ignores $setOnInsert on updates', { $setOnInsert: { a: 1 } }, {}, {}],
    [
      'runs a pipeline',
      [{ $set: { n: { $add: ['$n', 1] }, until: { $add: ['$$NOW', 1000] } } }],
      { n: 1 },
      { n: 2, until: new Date(now.getTime() + 1000) },
    ],
    ['replaces the document', { b: 1 }, { a: 1 }, { b: 1 }],
  ])('%s', (_what, update, before, after) => {
    const result = apply(update, before);
    expect(result).toEqual({ _id: 1, ...after });
    expect(identical(result, { _id: 1, ...after })).toBe(true);
  });

  it('applies $setOnInsert on inserts', () => {
    expect(apply({ $setOnInsert: { a: 1 } }, {}, true)).toEqual({ _id: 1, a: 1 });
  });

  it.each<[unknown, Document]>([
    [{ $set: { a: { b: 1 } } }, { a: { b: 1 } }],
    [
      { $pull: { a: 9 }, $unset: { x: 1 }, $addToSet: { b: 1 } },
      { a: [1], b: [1] },
    ],
    [{ $inc: { n: 0 } }, { n: 5 }],
    [[{ $set: { n: '$n' } }], { n: 5 }],
  ])('returns the same object if nothing changes: %j', (update, fields) => {
    const document = { _id: 1, ...fields };
    expect(compileUpdate(update, now).apply(document, false)).toBe(document);
  });

  it('changes the type even if the value is equal', () => {
    expect(apply({ $set: { n: Long.ONE } }, { n: 1 })['n']).toEqual(Long.ONE);
  });

  it('never mutates its input', () => {
    const document = { _id: 1, a: { b: [1, { c: 1 }] }, d: { e: 1 } };
    const copy = structuredClone(document);
    apply({ $set: { 'a.b.1.c': 2 }, $push: { 'a.x': 1 } }, document);
    apply([{ $set: { 'd.e': 2 } }, { $unset: 'a.b' }], document);
    expect(document).toEqual(copy);
  });
});

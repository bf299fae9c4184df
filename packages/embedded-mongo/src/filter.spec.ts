import { BSONRegExp, Decimal128, Double, Long, MinKey, ObjectId } from 'bson';
import { compileFilter } from './filter';
import type { Document } from './value';

const matches = (filter: Document, document: Document) => compileFilter(filter, new Date())(document);
const id = new ObjectId();

describe('a filter', () => {
  it.each<[Document, Document, boolean]>([
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1 }, { a: new Double(1) }, true],
    [{ a: Long.fromNumber(1) }, { a: Decimal128.fromString('1.0') }, true],
    [{ a: 1 }, { a: [0, 1] }, true],
    [{ a: [0, 1] }, { a: [0, 1] }, true],
    [{ a: [1, 0] }, { a: [0, 1] }, false],
    [{ a: { x: 1, y: 2 } }, { a: { x: 1, y: 2 } }, true],
    [{ a: { y: 2, x: 1 } }, { a: { x: 1, y: 2 } }, false],
    [{ a: id }, { a: new ObjectId(id.toHexString()) }, true],
    [{ a: null }, {}, true],
    [{ a: null }, { a: [null] }, true],
    [{ 'a.b': null }, { a: 5 }, true],
    [{ 'a.b': null }, { a: [{ b: 1 }, {}] }, true],
    [{ 'a.b': 1 }, { a: [{ b: 0 }, { b: 1 }] }, true],
    [{ 'a.1.b': 1 }, { a: [{ b: 0 }, { b: 1 }] }, true],
    [{ 'a.0.b': 1 }, { a: [{ b: 0 }, { b: 1 }] }, false],
    [{ 'a.low': 5 }, { a: Long.fromNumber(5) }, false],
    [{ a: { $ne: 1 } }, { a: [1, 2] }, false],
    [{ a: { $ne: 1 } }, {}, true],
    [{ a: { $gt: 5 } }, { a: '6' }, false],
    [{ a: { $lt: 5 } }, {}, false],
    [{ a: { $lte: null } }, {}, true],
    [{ a: { $lt: new Date(5) } }, { a: new Date(4) }, true],
    [{ a: { $gt: 1, $lt: 3 } }, { a: [0, 4] }, true],
    [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, { a: [0, 4] }, false],
    [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }, { b: 1, c: 2 }] }, true],
    [{ a: { $in: [1, null] } }, {}, true],
    [{ a: { $in: [new BSONRegExp('^x')] } }, { a: 'xy' }, true],
    [{ a: { $in: ['x', 'y'] } }, { a: 'y' }, true],
    [{ a: { $in: ['x', 'y'] } }, { a: ['z', 'x'] }, true],
    [{ a: { $in: ['x', 'y'] } }, { a: 'X' }, false],
    [{ a: { $in: [Long.ONE, 'x'] } }, { a: 1 }, true],
    [{ a: { $nin: [1] } }, { a: [1] }, false],
    [{ a: { $exists: false } }, { a: null }, false],
    [{ a: { $type: 'long' } }, { a: Long.ONE }, true],
    [{ a: { $type: 'int' } }, { a: new Double(1) }, false],
    [{ a: { $type: ['string', 'number'] } }, { a: 1.5 }, true],
    [{ a: { $size: 2 } }, { a: [1, 2] }, true],
    [{ a: { $all: [1, 2] } }, { a: [2, 1, 0] }, true],
    [{ a: new BSONRegExp('B', 'i') }, { a: 'abc' }, true],
    [{ a: { $regex: 'B', $options: 'i' } }, { a: 'abc' }, true],
    [{ a: { $not: { $gt: 1 } } }, {}, true],
    [{ $or: [{ a: 1 }, { b: 1 }] }, { b: 1 }, true],
    [{ $nor: [{ a: 1 }, { b: 1 }] }, { b: 1 }, false],
    [{ $expr: { $lte: ['$a', '$$NOW'] } }, {}, true],
    [{ $expr: { $eq: ['$a', null] } }, {}, false],
    [{ $expr: { $gt: ['$a', 5] } }, { a: 'text' }, true],
  ])('%j on %j: %s', (filter, document, expected) => {
    expect(matches(filter, document)).toBe(expected);
  });

  it('compares int64 beyond 2^53 exactly', () => {
    const [a, b] = [Long.fromString('9007199254740993'), Long.fromString('9007199254740992')];
    expect(matches({ n: { $gt: b } }, { n: a })).toBe(true);
    expect(matches({ n: 9007199254740992 }, { n: a })).toBe(false);
    expect(matches({ n: 0.1 }, { n: Decimal128.fromString('0.1') })).toBe(false);
  });

  it.each<[Document]>([
    [{ a: { $gt: new MinKey() } }],
    [{ a: { $regex: '[[:alpha:]]' } }],
    [{ a: { $regex: 'a', $options: 'x' } }],
  ])('refuses unsupported filters: %j', (filter) => {
    expect(() => compileFilter(filter, new Date())).toThrow('does not support');
  });
});

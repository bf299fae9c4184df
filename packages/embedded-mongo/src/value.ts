import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  DBRef,
  Decimal128,
  deserialize,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import { CommandError, notImplemented } from './errors';
import { asDouble, compareNumbers, isInt32, isNumeric } from './numbers';

/**
 * A BSON document in memory. Every value keeps its BSON type: a JS number is an int32, or a double that cannot be an
 * int32; a whole double is a `Double`, every int64 a `Long`, every regular expression a `BSONRegExp`. Documents are never
 * changed in place, so they can be shared.
 */
export type Document = Record<string, unknown>;

/** Maximum size of a document in bytes, as in MongoDB. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** Size of bson's write buffer; it corrupts what does not fit. */
const BSON_BUFFER_BYTES = 17 * 1024 * 1024;

/** Parses a document, keeping the BSON type of every value. */
export function decode(bytes: Uint8Array): Document {
  return unwrap(
    deserialize(bytes, { promoteValues: false, promoteLongs: false, bsonRegExp: true }),
  ) as Document;
}

/** The BSON bytes of a document, without undefined fields. @throws BSONObjectTooLarge */
export function encode(document: Document): Uint8Array {
  const bytes = serialize(document, { ignoreUndefined: true });
  if (bytes.length <= BSON_BUFFER_BYTES) return bytes;
  throw new CommandError('BSONObjectTooLarge', `A document of ${bytes.length} bytes is too large.`);
}

function unwrap(value: unknown): unknown {
  if (value instanceof Int32) return value.value;
  if (value instanceof Double) return asDouble(value.value);
  if (value instanceof DBRef) throw notImplemented('DBRef values');
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = unwrap(value[i]);
  } else if (isDocument(value)) {
    for (const key of Object.keys(value)) {
      if (key === '__proto__') throw new CommandError('BadValue', "A field cannot be named '__proto__'.");
      value[key] = unwrap(value[key]);
    }
  }
  return value;
}

/** Whether the value is an embedded document: not an array or a value of another BSON type. */
export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Whether the document is an operator expression such as `{ $gt: 1 }`: its first field starts with `$`. */
export function isOperatorDocument(value: unknown): value is Document {
  return isDocument(value) && (Object.keys(value)[0]?.startsWith('$') ?? false);
}

const TYPES = [
  { name: 'minKey', number: -1, order: 0, is: (v: unknown) => v instanceof MinKey },
  { name: 'undefined', number: 6, order: 1, is: (v: unknown) => v === undefined },
  { name: 'null', number: 10, order: 2, is: (v: unknown) => v === null },
  { name: 'long', number: 18, order: 3, is: (v: unknown) => v instanceof Long && !(v instanceof Timestamp) },
  { name: 'decimal', number: 19, order: 3, is: (v: unknown) => v instanceof Decimal128 },
  { name: 'int', number: 16, order: 3, is: (v: unknown) => typeof v === 'number' && isInt32(v) },
  { name: 'double', number: 1, order: 3, is: (v: unknown) => typeof v === 'number' || v instanceof Double },
  { name: 'string', number: 2, order: 4, is: (v: unknown) => typeof v === 'string' },
  { name: 'symbol', number: 14, order: 4, is: (v: unknown) => v instanceof BSONSymbol },
  { name: 'object', number: 3, order: 5, is: isDocument },
  { name: 'array', number: 4, order: 6, is: (v: unknown) => Array.isArray(v) },
  { name: 'binData', number: 5, order: 7, is: (v: unknown) => v instanceof Binary },
  { name: 'objectId', number: 7, order: 8, is: (v: unknown) => v instanceof ObjectId },
  { name: 'bool', number: 8, order: 9, is: (v: unknown) => typeof v === 'boolean' },
  { name: 'date', number: 9, order: 10, is: (v: unknown) => v instanceof Date },
  { name: 'timestamp', number: 17, order: 11, is: (v: unknown) => v instanceof Timestamp },
  { name: 'regex', number: 11, order: 12, is: (v: unknown) => v instanceof BSONRegExp },
  { name: 'maxKey', number: 127, order: 14, is: (v: unknown) => v instanceof MaxKey },
];
const OTHER_TYPE = { name: 'javascript', number: 13, order: 13 };

/** The BSON type of a value: alias and number (as in `$type`), and its position in MongoDB's order of types. */
export function typeOf(value: unknown): { name: string; number: number; order: number } {
  return TYPES.find((type) => type.is(value)) ?? OTHER_TYPE;
}

export const isTypeAlias = (alias: unknown): boolean =>
  alias === 'number' || TYPES.some((type) => type.name === alias || type.number === alias);

function orderOf(value: unknown): number {
  // Frequent types first: this is the hot path of every index.
  if (typeof value === 'string') return 4;
  if (typeof value === 'number') return 3;
  if (value instanceof Date) return 10;
  if (value instanceof ObjectId) return 8;
  return typeOf(value).order;
}

/** The total order of BSON values (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/). */
export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  const order = orderOf(a);
  const otherOrder = orderOf(b);
  if (order !== otherOrder) return order - otherOrder;
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b);
  if (order === 4) return compareStrings(String(a), String(b));
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (a instanceof ObjectId && b instanceof ObjectId) return Buffer.compare(a.id, b.id);
  if (typeof a === 'boolean') return a ? 1 : -1;
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (isDocument(a) && isDocument(b)) return compareDocuments(a, b);
  if (a instanceof Binary && b instanceof Binary) {
    return a.length() - b.length() || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
  }
  if (a instanceof Timestamp && b instanceof Timestamp) return a.compare(b);
  if (a instanceof BSONRegExp && b instanceof BSONRegExp) {
    return compareStrings(a.pattern, b.pattern) || compareStrings(a.options, b.options);
  }
  return order === 13 ? Buffer.compare(encode({ a }), encode({ a: b })) : 0;
}

export const equal = (a: unknown, b: unknown): boolean => compare(a, b) === 0;

/** Whether two values have the same bytes; `equal` treats 5 and Long(5) as equal, this does not. */
export function identical(a: unknown, b: unknown): boolean {
  if (a === b) return !Object.is(a, -0) === !Object.is(b, -0);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  return Buffer.compare(encode({ v: a }), encode({ v: b })) === 0;
}

const SURROGATE = /[\ud800-\udfff]/;

/** MongoDB compares UTF-8 bytes; UTF-16 units have the same order unless there are surrogates. */
function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

function compareArrays(a: unknown[], b: unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const result = compare(a[i], b[i]);
    if (result !== 0) return result;
  }
  return a.length - b.length;
}

/** Field by field in stored order: type, then name, then value. */
function compareDocuments(a: Document, b: Document): number {
  const keys = Object.keys(a);
  const otherKeys = Object.keys(b);
  for (let i = 0; i < keys.length && i < otherKeys.length; i++) {
    const [key, otherKey] = [keys[i] ?? '', otherKeys[i] ?? ''];
    const result =
      orderOf(a[key]) - orderOf(b[otherKey]) || compareStrings(key, otherKey) || compare(a[key], b[otherKey]);
    if (result !== 0) return result;
  }
  return keys.length - otherKeys.length;
}

/** The value as the mongo shell prints it, for messages. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (Array.isArray(value)) return `[ ${value.map(show).join(', ')} ]`;
  if (isDocument(value)) {
    const fields = Object.entries(value).map(([key, field]) => `${key}: ${show(field)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  return String(value);
}

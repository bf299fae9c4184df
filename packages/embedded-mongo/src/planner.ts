import { BSONRegExp } from 'bson';
import { compileExpression } from './expression';
import { isImplied, type OrderedIndex, type Range, type Stored } from './ordered-index';
import { compareBy, type SortField } from './sort';
import { compare, type Document, isDocument, isOperatorDocument, typeOf } from './value';

/** Conditions of a filter on one field that an index can use; never stricter than the filter. */
interface Bound {
  points?: unknown[];
  ranges: Range[];
}

/** How to read the documents of a query. The result still has to be filtered. */
export interface Plan {
  readonly documents: Iterable<Stored>;
  /** The documents are in sort order. */
  readonly isSorted: boolean;
}

/** More scans than this cost more than they save. */
const MAX_SCANS = 200;

/**
 * Chooses the index that narrows a query most, and provides its order if possible: a claim from a long queue then reads
 * only the first documents of one index range.
 * @param now the `$$NOW` of the command
 */
export function planQuery(
  indexes: Iterable<OrderedIndex>,
  all: Iterable<Stored>,
  filter: Document,
  sort: readonly SortField[],
  now: Date,
): Plan {
  const bounds = new Map<string, Bound>();
  collectBounds(filter, now, bounds);
  let best: { plan: Plan; score: number } = {
    plan: { documents: all, isSorted: sort.length === 0 },
    score: 0,
  };
  for (const index of indexes) {
    if (index.isSparse || (index.partialFilter && !isImplied(index.partialFilter, filter))) continue;
    const candidate = planIndex(index, bounds, sort);
    if (candidate.score > best.score) best = candidate;
  }
  return best.plan;
}

function planIndex(index: OrderedIndex, bounds: Map<string, Bound>, sort: readonly SortField[]) {
  let prefixes: unknown[][] = [[]];
  let range: Range | undefined;
  let length = 0;
  for (const { path } of index.fields) {
    const bound = bounds.get(path);
    const points = bound?.points;
    if (
      !points ||
      points.length * prefixes.length > MAX_SCANS ||
      (index.isMultikey && !points.every(isPlain))
    ) {
      if (bound && bound.ranges.length > 0 && !index.isMultikey) range = intersect(bound.ranges);
      break;
    }
    prefixes = prefixes.flatMap((prefix) => points.map((point) => [...prefix, point]));
    length++;
  }
  const direction = isOrderedAfter(index, length) ? directionFor(index, length, sort) : undefined;
  const isSorted = sort.length === 0 || direction !== undefined;
  const isExact = index.isUnique && length === index.fields.length;
  const score = (isExact ? 100 : 0) + 4 * length + (range ? 2 : 0) + (isSorted && sort.length > 0 ? 3 : 0);
  const scans = prefixes.map((prefix) => index.scan(prefix, range, direction === -1));
  const documents = isSorted && sort.length > 0 ? unite([merge(scans, sort)]) : unite(scans);
  return { plan: { documents, isSorted }, score };
}

/** A multikey index has an entry per array element, so it finds only plain values reliably. */
const isPlain = (point: unknown): boolean =>
  point !== null && point !== undefined && !Array.isArray(point) && !isDocument(point);

/** Whether a document has one place in the index after a fixed prefix: no array follows it. */
function isOrderedAfter({ arrayFields, fields }: OrderedIndex, prefix: number): boolean {
  return fields.slice(prefix).every((field) => !arrayFields.has(field));
}

/** Direction in which the index, after its fixed prefix, has the sort order: forwards (1), backwards (-1). */
function directionFor(index: OrderedIndex, prefix: number, sort: readonly SortField[]): 1 | -1 | undefined {
  const fixed = index.fields.slice(0, prefix).map(({ path }) => path);
  const open = sort.filter(({ path }) => !fixed.includes(path));
  const factors = open.map((wanted, i) => {
    const field = index.fields[prefix + i];
    return field?.path === wanted.path ? field.direction * wanted.direction : 0;
  });
  if (factors.every((factor) => factor === 1)) return 1;
  return factors.every((factor) => factor === -1) ? -1 : undefined;
}

/** A document in a multikey index can appear in several scans, and several times in one. */
function* unite(scans: Iterable<Stored>[]): Generator<Stored, void, undefined> {
  const seen = new Set<Stored>();
  for (const scan of scans) {
    for (const stored of scan) {
      if (seen.has(stored)) continue;
      seen.add(stored);
      yield stored;
    }
  }
}

/** Merges sorted scans into one sorted stream, lazily. */
function* merge(
  scans: Generator<Stored, void, undefined>[],
  sort: readonly SortField[],
): Generator<Stored, void, undefined> {
  const order = compareBy(sort);
  const heads = scans.map((scan) => ({ scan, stored: scan.next().value }));
  for (;;) {
    let first: { scan: Generator<Stored, void, undefined>; stored: Stored } | undefined;
    let slot = -1;
    heads.forEach(({ scan, stored }, i) => {
      if (stored && (!first || order(stored.document, first.stored.document) < 0)) {
        first = { scan, stored };
        slot = i;
      }
    });
    const head = heads[slot];
    if (!head?.stored) return;
    yield head.stored;
    head.stored = head.scan.next().value;
  }
}

function collectBounds(filter: Document, now: Date, bounds: Map<string, Bound>): void {
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(condition)) {
      for (const part of condition) if (isDocument(part)) collectBounds(part, now, bounds);
    } else if (key === '$expr') {
      collectExpression(condition, now, bounds);
    } else if (!key.startsWith('$')) {
      collectCondition(boundOf(bounds, key), condition);
    }
  }
}

function boundOf(bounds: Map<string, Bound>, path: string): Bound {
  const known = bounds.get(path) ?? { ranges: [] };
  bounds.set(path, known);
  return known;
}

function collectCondition(bound: Bound, condition: unknown): void {
  const operators = isOperatorDocument(condition) ? condition : { $eq: condition };
  for (const [operator, value] of Object.entries(operators)) {
    const values: unknown[] = operator === '$in' && Array.isArray(value) ? value : [value];
    if (values.some((item) => Array.isArray(item) || item instanceof BSONRegExp)) continue;
    if (operator === '$eq' || operator === '$in') bound.points ??= distinct(values);
    else addRange(bound, operator, value, true);
  }
}

const distinct = (values: unknown[]): unknown[] =>
  [...values].sort(compare).filter((value, i, sorted) => i === 0 || compare(value, sorted[i - 1]) !== 0);

/** Comparisons of a field with a constant, alone or below `$and`. */
function collectExpression(expression: unknown, now: Date, bounds: Map<string, Bound>): void {
  const [operator, argument] = isDocument(expression) ? (Object.entries(expression)[0] ?? []) : [];
  if (operator === undefined || !Array.isArray(argument)) return;
  if (operator === '$and') {
    for (const part of argument) collectExpression(part, now, bounds);
    return;
  }
  const [path, operand] = argument as unknown[];
  if (typeof path === 'string' && /^\$[^$]/.test(path) && isConstant(operand)) {
    addRange(boundOf(bounds, path.slice(1)), operator, compileExpression(operand, now)({}), false);
  }
}

/** Whether the expression reads no field, and no variable but `$$NOW`. */
function isConstant(expression: unknown): boolean {
  if (typeof expression === 'string') return expression === '$$NOW' || !expression.startsWith('$');
  if (Array.isArray(expression)) return expression.every(isConstant);
  return !isDocument(expression) || Object.values(expression).every(isConstant);
}

/**
 * Adds a comparison as a range. Its ends are always included: the filter decides about them.
 * @param bracketed true in a query, which compares only values of one type; false in an expression, which orders all
 */
function addRange(bound: Bound, operator: string, limit: unknown, bracketed: boolean): void {
  const { order } = typeOf(limit);
  const below = (value: unknown) => bracketed && typeOf(value).order < order;
  const above = (value: unknown) => bracketed && typeOf(value).order > order;
  if (operator === '$lt' || operator === '$lte') {
    bound.ranges.push({ isBefore: below, isAfter: (value) => compare(value, limit) > 0 });
  } else if (operator === '$gt' || operator === '$gte') {
    bound.ranges.push({ isBefore: (value) => compare(value, limit) < 0, isAfter: above });
  } else if (operator === '$eq') {
    addRange(bound, '$lte', limit, bracketed);
    addRange(bound, '$gte', limit, bracketed);
  }
}

function intersect(ranges: Range[]): Range {
  return {
    isBefore: (value) => ranges.some((range) => range.isBefore(value)),
    isAfter: (value) => ranges.some((range) => range.isAfter(value)),
  };
}

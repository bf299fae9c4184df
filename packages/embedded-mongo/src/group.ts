import * as mingoAccumulators from 'mingo/operators/accumulator';
import { CommandError, notImplemented } from './errors';
import { compileExpression, type Expression } from './expression';
import { asDouble, calculate, isNumeric, type Numeric, toNumber } from './numbers';
import { compare, type Document, isDocument } from './value';

/** Reduces the documents of a group to one value. */
type Accumulator = (documents: Document[], evaluate: Expression) => unknown;

const present = (documents: Document[], evaluate: Expression): unknown[] =>
  documents.map(evaluate).filter((value) => value !== undefined && value !== null);

const numeric = (documents: Document[], evaluate: Expression): Numeric[] =>
  documents.map(evaluate).filter(isNumeric);

const sum = (values: Numeric[]): Numeric =>
  values.reduce((total, value) => calculate('add', total, value), 0);

const ACCUMULATORS: Record<string, Accumulator> = {
  $sum: (documents, evaluate) => sum(numeric(documents, evaluate)),
  $avg: (documents, evaluate) => {
    const values = numeric(documents, evaluate);
    return values.length === 0 ? null : asDouble(toNumber(sum(values)) / values.length);
  },
  $min: (documents, evaluate) =>
    present(documents, evaluate).reduce((a, b) => (a === null || compare(b, a) < 0 ? b : a), null),
  $max: (documents, evaluate) =>
    present(documents, evaluate).reduce((a, b) => (a === null || compare(b, a) > 0 ? b : a), null),
  $first: ([first = {}], evaluate) => evaluate(first) ?? null,
  $last: (documents, evaluate) => evaluate(documents[documents.length - 1] ?? {}) ?? null,
  $push: (documents, evaluate) => documents.map(evaluate).filter((value) => value !== undefined),
  $addToSet: (documents, evaluate) => {
    const values = documents.map(evaluate).filter((value) => value !== undefined);
    return partition(values, (value) => value).map(([value]) => value);
  },
  $count: (documents) => documents.length,
};

/**
 * Compiles a `$group` stage.
 * @throws NotImplemented for MongoDB accumulators that are not supported here
 */
export function compileGroup(specification: unknown, now: Date): (documents: Document[]) => Document[] {
  if (!isDocument(specification) || !('_id' in specification)) {
    throw new CommandError('BadValue', 'a group specification must include an _id');
  }
  const { _id, ...fields } = specification;
  const groupId = compileExpression(_id, now);
  const accumulators = Object.entries(fields).map(([name, rule]) => {
    const [operator, ...others] = isDocument(rule) ? Object.keys(rule) : [];
    if (!isDocument(rule) || operator === undefined || others.length > 0) {
      throw new CommandError('FailedToParse', `The field '${name}' must be an accumulator object`);
    }
    const accumulate = Object.hasOwn(ACCUMULATORS, operator) ? ACCUMULATORS[operator] : undefined;
    if (!accumulate) {
      throw operator in mingoAccumulators
        ? notImplemented(`the accumulator ${operator}`)
        : new CommandError('FailedToParse', `unknown group operator '${operator}'`);
    }
    const evaluate = compileExpression(operator === '$count' ? null : rule[operator], now);
    return { name, accumulate, evaluate };
  });
  return (documents) =>
    partition(documents, (document) => groupId(document) ?? null).map(([id, members]) => ({
      _id: id,
      ...Object.fromEntries(
        accumulators.map(({ name, accumulate, evaluate }) => [name, accumulate(members, evaluate)]),
      ),
    }));
}

/** Groups items by a BSON value, ordered by that value. */
function partition<T>(items: T[], keyOf: (item: T) => unknown): [unknown, T[]][] {
  const groups: [unknown, T[]][] = [];
  let last: [unknown, T[]] | undefined;
  for (const item of items) {
    const key = keyOf(item);
    if (!last || compare(last[0], key) !== 0) last = groupOf(key, groups); // an index returns equal keys consecutively
    last[1].push(item);
  }
  return groups;
}

/** Finds the group for a key in the ordered list, or inserts one. */
function groupOf<T>(key: unknown, groups: [unknown, T[]][]): [unknown, T[]] {
  let [low, high] = [0, groups.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(groups[middle]?.[0], key) < 0) low = middle + 1;
    else high = middle;
  }
  const there = groups[low];
  if (there && compare(there[0], key) === 0) return there;
  const group: [unknown, T[]] = [key, []];
  groups.splice(low, 0, group);
  return group;
}

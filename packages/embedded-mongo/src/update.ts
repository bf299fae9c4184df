import { Timestamp } from 'bson';
import * as mingoUpdates from 'mingo/operators/update';
import { CommandError, notImplemented } from './errors';
import { elementMatcher } from './filter';
import { calculate, isNumeric, toInteger, zeroOf } from './numbers';
import { field, isArrayIndex, split } from './path';
import { compileUpdatePipeline } from './pipeline';
import { compareBy, parseSort } from './sort';
import {
  compare,
  type Document,
  equal,
  identical,
  isDocument,
  isOperatorDocument,
  show,
  typeOf,
} from './value';

/** Computes the new document; returns the same object if nothing changes. */
export interface Update {
  readonly isReplacement: boolean;
  /** @param inserting true while an upsert creates a document */
  apply(document: Document, inserting: boolean): Document;
}

/** Computes a field's new value; undefined removes it, the same value keeps it. */
type Change = (old: unknown, document: Document) => unknown;

interface Operator {
  /** False for operators that do not create missing fields. */
  readonly creates: boolean;
  readonly onlyInserting?: boolean;
  compile(argument: unknown, path: string, now: Date): Change;
}

const OPERATORS: Record<string, Operator> = {
  $set: { creates: true, compile: setTo },
  $setOnInsert: { creates: true, onlyInserting: true, compile: setTo },
  $unset: { creates: false, compile: () => () => undefined },
  $inc: { creates: true, compile: (amount, path) => arithmetic('$inc', 'add', amount, path) },
  $mul: { creates: true, compile: (amount, path) => arithmetic('$mul', 'multiply', amount, path) },
  $min: { creates: true, compile: (limit) => (old) => replaceIf(old, limit, (order) => order < 0) },
  $max: { creates: true, compile: (limit) => (old) => replaceIf(old, limit, (order) => order > 0) },
  $currentDate: { creates: true, compile: currentDate },
  $push: { creates: true, compile: push },
  $addToSet: { creates: true, compile: addToSet },
  $pull: { creates: false, compile: pull },
};

/**
 * Compiles the update of a command: a document of operators, a replacement or an aggregation pipeline.
 * @throws FailedToParse for an unknown operator, NotImplemented for an unsupported one
 */
export function compileUpdate(update: unknown, now: Date): Update {
  if (Array.isArray(update)) return guarded(compileUpdatePipeline(update, now), false);
  if (!isDocument(update)) throw new CommandError('FailedToParse', 'An update is a document or an array.');
  return isOperatorDocument(update)
    ? guarded(compileOperators(update, now), false)
    : guarded((document) => replace(document, update), true);
}

/** Keeps `_id`, and the document itself if nothing changes. */
function guarded(
  apply: (document: Document, inserting: boolean) => Document,
  isReplacement: boolean,
): Update {
  return {
    isReplacement,
    apply(document, inserting) {
      const next = apply(document, inserting);
      if (document['_id'] !== undefined && !identical(document['_id'], next['_id'])) {
        throw new CommandError(
          'ImmutableField',
          "Performing an update on the path '_id' would modify the immutable field '_id'",
        );
      }
      return identical(document, next) ? document : next;
    },
  };
}

function replace(document: Document, replacement: Document): Document {
  const unknown = Object.keys(replacement).find((key) => key.startsWith('$'));
  if (unknown !== undefined) {
    throw new CommandError('DollarPrefixedFieldName', `Field '${unknown}' is not allowed in a replacement.`);
  }
  return document['_id'] === undefined || '_id' in replacement
    ? replacement
    : { _id: document['_id'], ...replacement };
}

function compileOperators(update: Document, now: Date) {
  const changes = Object.entries(update).flatMap(([name, fields]) => {
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    if (!operator) throw unknownOperator(name);
    if (!isDocument(fields)) {
      throw new CommandError('FailedToParse', `Modifiers operate on fields but ${name} has ${show(fields)}.`);
    }
    return Object.entries(fields).map(([path, argument]) => ({
      operator,
      path,
      components: updatePath(path),
      change: operator.compile(argument, path, now),
    }));
  });
  // MongoDB adds new fields in alphabetical order, not in that of the update.
  changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  refuseConflicts(changes.map(({ path }) => path));
  return (document: Document, inserting: boolean): Document => {
    let next: unknown = document;
    for (const { operator, components, change } of changes) {
      if (operator.onlyInserting && !inserting) continue;
      next = edit(next, components, 0, (old) => change(old, document), operator.creates);
    }
    return next as Document;
  };
}

function unknownOperator(name: string): CommandError {
  if (name in mingoUpdates) return notImplemented(`the update operator ${name}`);
  return new CommandError(
    'FailedToParse',
    `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
  );
}

function updatePath(path: string): string[] {
  const components = split(path);
  if (components.some((component) => component === '$' || component.startsWith('$['))) {
    throw notImplemented(`positional updates ('${path}')`);
  }
  if (components.some((component) => component.startsWith('$') || component === '__proto__')) {
    throw new CommandError('DollarPrefixedFieldName', `Invalid path in an update: '${path}'.`);
  }
  return components;
}

function refuseConflicts(sortedPaths: string[]): void {
  const seen = new Set<string>();
  for (const path of sortedPaths) {
    const components = path.split('.');
    const conflict = components
      .map((_, i) => components.slice(0, i + 1).join('.'))
      .find((prefix) => seen.has(prefix));
    if (conflict !== undefined) {
      throw new CommandError(
        'ConflictingUpdateOperators',
        `Updating the path '${path}' would create a conflict at '${conflict}'`,
      );
    }
    seen.add(path);
  }
}

/** `container` with the value at `path` changed: copies the containers along the path, shares unchanged parts. */
function edit(
  container: unknown,
  path: readonly string[],
  depth: number,
  change: (old: unknown) => unknown,
  creates: boolean,
): unknown {
  const name = path[depth] ?? '';
  const isLast = depth === path.length - 1;
  const position = Array.isArray(container) && isArrayIndex(name) ? Number(name) : undefined;
  if (!isDocument(container) && position === undefined) {
    if (!creates) return container;
    throw new CommandError(
      'PathNotViable',
      `Cannot create field '${name}' in element {${path[depth - 1] ?? ''}: ${show(container)}}`,
    );
  }
  const old = isDocument(container) ? field(container, name) : (container as unknown[])[position ?? 0];
  if (old === undefined && !creates) return container;
  const next = isLast ? change(old) : edit(old === undefined ? {} : old, path, depth + 1, change, creates);
  if (next === old) return container;
  if (isDocument(container)) {
    const copy = { ...container, [name]: next };
    if (next === undefined) Reflect.deleteProperty(copy, name);
    return copy;
  }
  const elements = [...(container as unknown[])];
  while (elements.length < (position ?? 0)) elements.push(null);
  elements[position ?? 0] = next ?? null; // $unset leaves null in an array
  return elements;
}

function setTo(value: unknown): Change {
  return (old) => (old !== undefined && identical(old, value) ? old : value);
}

function arithmetic(name: string, operation: 'add' | 'multiply', amount: unknown, path: string): Change {
  if (!isNumeric(amount)) {
    throw new CommandError(
      'TypeMismatch',
      `Cannot ${operation === 'add' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${show(amount)}}`,
    );
  }
  return (old, document) => {
    if (old === undefined) return operation === 'add' ? amount : zeroOf(amount);
    if (!isNumeric(old)) {
      throw new CommandError(
        'TypeMismatch',
        `Cannot apply ${name} to a value of non-numeric type. {_id: ${show(document['_id'])}} has the field '${path}' of non-numeric type ${typeOf(old).name}`,
      );
    }
    const next = calculate(operation, old, amount);
    return identical(old, next) ? old : next;
  };
}

function replaceIf(old: unknown, limit: unknown, accept: (order: number) => boolean): unknown {
  return old === undefined || accept(compare(limit, old)) ? limit : old;
}

function currentDate(argument: unknown, path: string, now: Date): Change {
  const type = isDocument(argument) ? argument['$type'] : argument;
  if (type === true || type === 'date') return () => now;
  if (type === 'timestamp') {
    return () => new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 });
  }
  throw new CommandError(
    'BadValue',
    `$currentDate of '${path}' must be true or { $type: 'date' | 'timestamp' }.`,
  );
}

function arrayAt(old: unknown, path: string, document: Document): unknown[] {
  if (old === undefined) return [];
  if (Array.isArray(old)) return old as unknown[];
  throw new CommandError(
    'BadValue',
    `The field '${path}' must be an array but is of type ${typeOf(old).name} in document {_id: ${show(document['_id'])}}`,
  );
}

/** The values of `{ $each: [...] }`, or the argument itself. */
function eachOf(argument: unknown, operator: string): unknown[] {
  if (!isDocument(argument) || !('$each' in argument)) return [argument];
  if (Array.isArray(argument['$each'])) return argument['$each'] as unknown[];
  throw new CommandError('TypeMismatch', `The argument to $each in ${operator} must be an array.`);
}

const PUSH_MODIFIERS = ['$each', '$position', '$slice', '$sort'];

function push(argument: unknown, path: string): Change {
  const values = eachOf(argument, '$push');
  const modifiers: Document = isDocument(argument) && '$each' in argument ? argument : {};
  const unknown = Object.keys(modifiers).find((key) => !PUSH_MODIFIERS.includes(key));
  if (unknown !== undefined) {
    throw new CommandError('BadValue', `Unrecognized clause in $push: ${unknown}`);
  }
  const { $position, $slice, $sort } = modifiers;
  const position = $position === undefined ? undefined : toInteger($position, '$position');
  const slice = $slice === undefined ? undefined : toInteger($slice, '$slice');
  const order = $sort === undefined ? undefined : compareElements($sort);
  return (old, document) => {
    const elements = [...arrayAt(old, path, document)];
    elements.splice(position ?? elements.length, 0, ...values);
    if (order) elements.sort(order);
    if (slice === undefined) return elements;
    return slice < 0 ? elements.slice(slice) : elements.slice(0, slice);
  };
}

function compareElements(sort: unknown): (a: unknown, b: unknown) => number {
  const byValue = isNumeric(sort);
  const order = compareBy(parseSort(byValue ? { value: sort } : sort));
  const asDocument = (value: unknown) => (byValue ? { value } : isDocument(value) ? value : {});
  return (a, b) => order(asDocument(a), asDocument(b));
}

function addToSet(argument: unknown, path: string): Change {
  const values = eachOf(argument, '$addToSet');
  return (old, document) => {
    const elements = [...arrayAt(old, path, document)];
    const before = elements.length;
    for (const value of values) if (!elements.some((item) => equal(item, value))) elements.push(value);
    return elements.length === before && old !== undefined ? old : elements;
  };
}

function pull(argument: unknown, path: string, now: Date): Change {
  const matches = isDocument(argument)
    ? elementMatcher(argument, now)
    : (element: unknown) => equal(element, argument);
  return (old, document) => {
    const elements = arrayAt(old, path, document);
    const kept = elements.filter((element) => !matches(element));
    return kept.length === elements.length ? old : kept;
  };
}

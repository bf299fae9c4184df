import { BSONRegExp, MaxKey, MinKey } from 'bson';
import * as mingoQueries from 'mingo/operators/query';
import { CommandError, notImplemented } from './errors';
import { compileExpression, isTruthy } from './expression';
import { isNumeric, toInteger, toNumber } from './numbers';
import { candidatesAt, split, valuesAt } from './path';
import { compare, type Document, equal, isDocument, isOperatorDocument, isTypeAlias, typeOf } from './value';

/** Whether a document matches. */
export type Predicate = (document: Document) => boolean;

type Test = (value: unknown) => boolean;

/**
 * Compiles a query filter with MongoDB's semantics.
 * @param now the `$$NOW` of the command
 * @throws BadValue for invalid filters, NotImplemented for valid ones that are not supported
 */
export function compileFilter(filter: Document, now: Date): Predicate {
  const parts: Predicate[] = [];
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$comment') continue;
    if (key === '$expr') {
      const evaluate = compileExpression(condition, now);
      parts.push((document) => isTruthy(evaluate(document)));
    } else if (key === '$and' || key === '$or' || key === '$nor') {
      parts.push(compileLogical(key, condition, now));
    } else if (key.startsWith('$')) {
      throw unknownOperator(key, 'unknown top level operator');
    } else {
      parts.push(compileCondition(key, condition, now));
    }
  }
  const [only] = parts;
  return parts.length === 1 && only ? only : (document) => parts.every((matches) => matches(document));
}

function compileLogical(operator: '$and' | '$or' | '$nor', filters: unknown, now: Date): Predicate {
  if (!Array.isArray(filters) || filters.length === 0 || !filters.every(isDocument)) {
    throw new CommandError('BadValue', `${operator} must be a nonempty array of documents`);
  }
  const parts = filters.map((filter) => compileFilter(filter, now));
  if (operator === '$and') return (document) => parts.every((matches) => matches(document));
  const some = operator === '$or';
  return (document) => parts.some((matches) => matches(document)) === some;
}

/** The condition on one field: a value, a regular expression, or a document of operators. */
function compileCondition(path: string, condition: unknown, now: Date): Predicate {
  if (condition instanceof BSONRegExp) return compileOperator(path, '$regex', condition, {}, now);
  if (!isOperatorDocument(condition)) return compileOperator(path, '$eq', condition, {}, now);
  const parts = Object.entries(condition)
    .filter(([operator]) => operator !== '$options')
    .map(([operator, argument]) => compileOperator(path, operator, argument, condition, now));
  if (parts.length === 0) throw new CommandError('BadValue', '$options needs a $regex');
  return (document) => parts.every((matches) => matches(document));
}

function compileOperator(
  path: string,
  operator: string,
  argument: unknown,
  siblings: Document,
  now: Date,
): Predicate {
  const test = valueTest(operator, argument, siblings);
  if (!test) return compileWholeOperator(path, operator, argument, now);
  const matches = any(path, test);
  return operator === '$ne' || operator === '$nin' ? not(matches) : matches;
}

/** The test of an operator that each value of a field, or each element of an array, can pass on its own. */
function valueTest(operator: string, argument: unknown, siblings: Document): Test | undefined {
  switch (operator) {
    case '$eq':
    case '$ne':
      return equals(argument);
    case '$in':
    case '$nin':
      return isIn(argument, operator);
    case '$gt':
      return ordered(argument, (order) => order > 0);
    case '$gte':
      return ordered(argument, (order) => order >= 0);
    case '$lt':
      return ordered(argument, (order) => order < 0);
    case '$lte':
      return ordered(argument, (order) => order <= 0);
    case '$type':
      return hasType(argument);
    case '$regex':
      return matchesRegex(argument, siblings['$options']);
    default:
      return undefined;
  }
}

/** The other operators: they look at whole arrays, or consist of further conditions on the field. */
function compileWholeOperator(path: string, operator: string, argument: unknown, now: Date): Predicate {
  switch (operator) {
    case '$exists': {
      const exists = anyWhole(path, (value) => value !== undefined);
      return isTruthy(argument) ? exists : not(exists);
    }
    case '$size': {
      const size = toInteger(argument, '$size');
      return anyWhole(path, (value) => Array.isArray(value) && value.length === size);
    }
    case '$all': {
      const parts = arrayOf(argument, operator).map((value) => compileCondition(path, value, now));
      return (document) => parts.length > 0 && parts.every((matches) => matches(document));
    }
    case '$elemMatch': {
      const matches = elementMatcher(argument, now);
      return anyWhole(path, (value) => Array.isArray(value) && value.some(matches));
    }
    case '$not':
      if (!(argument instanceof BSONRegExp) && !isOperatorDocument(argument)) {
        throw new CommandError('BadValue', '$not needs a regex or a document');
      }
      return not(compileCondition(path, argument, now));
    default:
      throw unknownOperator(operator, 'unknown operator');
  }
}

/** Whether a value of the field, or an element of an array in it, passes the test. */
function any(path: string, test: Test): Predicate {
  const components = split(path);
  return (document) => {
    for (const value of candidatesAt(document, components)) if (test(value)) return true;
    return false;
  };
}

/** Whether a value of the field passes the test; arrays are tested as a whole. */
function anyWhole(path: string, test: Test): Predicate {
  const components = split(path);
  return (document) => {
    for (const value of valuesAt(document, components)) if (test(value)) return true;
    return false;
  };
}

function not(predicate: Predicate): Predicate {
  return (document) => !predicate(document);
}

/**
 * Matches an array element, for `$elemMatch` and `$pull`: a condition on the element itself (`{ $gt: 1 }`) or a filter
 * on an embedded document.
 */
export function elementMatcher(condition: unknown, now: Date): (element: unknown) => boolean {
  if (!isDocument(condition)) throw new CommandError('BadValue', '$elemMatch needs an Object');
  const logical = ['$and', '$or', '$nor', '$expr'];
  if (isOperatorDocument(condition) && !Object.keys(condition).some((key) => logical.includes(key))) {
    const matches = compileCondition('element', condition, now);
    return (element) => matches({ element });
  }
  const matches = compileFilter(condition, now);
  return (element) => isDocument(element) && matches(element);
}

function unknownOperator(operator: string, message: string): CommandError {
  // mingo knows the operators of MongoDB: an operator that it knows is missing here, not misspelled.
  if (operator in mingoQueries) return notImplemented(`the query operator ${operator}`);
  return new CommandError('BadValue', `${message}: ${operator}`);
}

function arrayOf(argument: unknown, operator: string): unknown[] {
  if (!Array.isArray(argument)) throw new CommandError('BadValue', `${operator} needs an array`);
  return argument;
}

function equals(expected: unknown): Test {
  if (expected === null) return (value) => value === null || value === undefined;
  return (value) => equal(value, expected);
}

function isIn(argument: unknown, operator: string): Test {
  const items = arrayOf(argument, operator);
  const tests = items.map((item) => {
    if (isOperatorDocument(item)) throw new CommandError('BadValue', `cannot nest $ under ${operator}`);
    return item instanceof BSONRegExp ? matchesRegex(item, undefined) : equals(item);
  });
  const identical = new Set(items); // mostly strings: a lookup is faster than comparing with each
  return (value) => identical.has(value) || tests.some((test) => test(value));
}

/** `$lt` etc. only compare values of the same type: 5 is neither less nor greater than "a". */
function ordered(limit: unknown, accept: (order: number) => boolean): Test {
  if (limit instanceof BSONRegExp) throw new CommandError('BadValue', 'Cannot compare with a regex');
  if (limit instanceof MinKey || limit instanceof MaxKey)
    throw notImplemented('comparing with MinKey or MaxKey');
  const type = typeOf(limit).order;
  const isNaN = (value: unknown) => isNumeric(value) && Number.isNaN(toNumber(value));
  return (value) => {
    const known = limit === null && value === undefined ? null : value;
    if (typeOf(known).order !== type) return false;
    if (isNaN(known) !== isNaN(limit)) return false;
    return accept(compare(known, limit));
  };
}

function hasType(argument: unknown): Test {
  const wanted = (Array.isArray(argument) ? argument : [argument]).map((alias: unknown) => {
    const type = isNumeric(alias) ? toNumber(alias) : alias;
    if (!isTypeAlias(type)) throw new CommandError('BadValue', `Unknown type name alias: ${String(alias)}`);
    return type;
  });
  return (value) => {
    if (value === undefined) return false;
    const { name, number, order } = typeOf(value);
    return wanted.some((type) => type === name || type === number || (type === 'number' && order === 3));
  };
}

function matchesRegex(argument: unknown, siblingOptions: unknown): Test {
  const pattern = argument instanceof BSONRegExp ? argument.pattern : argument;
  const options = siblingOptions ?? (argument instanceof BSONRegExp ? argument.options : '');
  if (typeof pattern !== 'string' || typeof options !== 'string') {
    throw new CommandError('BadValue', '$regex has to be a string or a regular expression');
  }
  if (/[^ims]/.test(options)) throw notImplemented(`the $regex options '${options}'`);
  if (pattern.includes('[[:')) throw notImplemented('POSIX character classes in a $regex');
  const regex = compileRegex(pattern, options);
  return (value) =>
    typeof value === 'string' ? regex.test(value) : value instanceof BSONRegExp && equal(value, argument);
}

/** Uses a JS regular expression for PCRE; in unicode mode it refuses unknown escapes instead of guessing. */
function compileRegex(pattern: string, options: string): RegExp {
  try {
    return new RegExp(pattern, `${options}u`);
  } catch (error) {
    throw new CommandError('BadValue', `Regular expression is invalid: ${String(error)}`);
  }
}

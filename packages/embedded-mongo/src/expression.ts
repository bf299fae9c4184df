import { Long } from 'bson';
import { Context, evalExpr, ProcessingMode } from 'mingo/core';
import * as mingoAccumulators from 'mingo/operators/accumulator';
import * as mingoExpressions from 'mingo/operators/expression';
import type { Any, ExpressionOperator, Options } from 'mingo/types';
import { CommandError, notImplemented } from './errors';
import { calculate, isNumeric, toNumber } from './numbers';
import { expressionValue, split } from './path';
import { compare, type Document, equal, isDocument, typeOf } from './value';

/** Evaluates an expression for a document; `undefined` is a missing field. */
export type Expression = (document: Document) => unknown;

type Arguments = (args: unknown[]) => unknown;

/** Truthiness in MongoDB: every value except false, zero, null and missing. */
export function isTruthy(value: unknown): boolean {
  if (isNumeric(value)) return toNumber(value) !== 0;
  return value !== false && value !== null && value !== undefined;
}

const isMissing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** Operators on values. mingo would compare JS numbers, in its own order; these follow MongoDB. */
const ON_ARGUMENTS: Record<string, { count?: number; apply: Arguments }> = {
  $eq: { count: 2, apply: ([a, b]) => compare(a, b) === 0 },
  $ne: { count: 2, apply: ([a, b]) => compare(a, b) !== 0 },
  $gt: { count: 2, apply: ([a, b]) => compare(a, b) > 0 },
  $gte: { count: 2, apply: ([a, b]) => compare(a, b) >= 0 },
  $lt: { count: 2, apply: ([a, b]) => compare(a, b) < 0 },
  $lte: { count: 2, apply: ([a, b]) => compare(a, b) <= 0 },
  $cmp: { count: 2, apply: ([a, b]) => Math.sign(compare(a, b)) },
  $and: { apply: (args) => args.every(isTruthy) },
  $or: { apply: (args) => args.some(isTruthy) },
  $not: { count: 1, apply: ([value]) => !isTruthy(value) },
  $add: { apply: add },
  $subtract: { count: 2, apply: subtract },
  $multiply: { apply: multiply },
  $in: { count: 2, apply: isElement },
  $mergeObjects: { apply: mergeObjects },
  $min: { apply: (args) => extreme(args, -1) },
  $max: { apply: (args) => extreme(args, 1) },
  $size: { count: 1, apply: sizeOf },
  $type: { count: 1, apply: ([value]) => (value === undefined ? 'missing' : typeOf(value).name) },
};

/** Operators that evaluate only the branch taken. */
const LAZY: Record<string, (argument: unknown, evaluate: (e: unknown) => unknown) => unknown> = {
  $cond: (argument, evaluate) => {
    const [test, yes, no] = Array.isArray(argument)
      ? argument.length === 3
        ? (argument as unknown[])
        : []
      : isDocument(argument)
        ? [argument['if'], argument['then'], argument['else']]
        : [];
    if (no === undefined) throw new CommandError('FailedToParse', '$cond needs if, then and else.');
    return evaluate(isTruthy(evaluate(test)) ? yes : no);
  },
  $ifNull: (argument, evaluate) => {
    if (!Array.isArray(argument) || argument.length < 2) {
      throw new CommandError('FailedToParse', '$ifNull needs at least two arguments.');
    }
    let value: unknown;
    for (const item of argument) if (!isMissing((value = evaluate(item)))) return value;
    return value;
  },
  $switch: (argument, evaluate) => {
    if (!isDocument(argument) || !Array.isArray(argument['branches'])) {
      throw new CommandError('FailedToParse', '$switch needs branches.');
    }
    for (const branch of argument['branches'] as { case: unknown; then: unknown }[]) {
      if (isTruthy(evaluate(branch.case))) return evaluate(branch.then);
    }
    if (!('default' in argument)) {
      throw new CommandError('BadValue', '$switch found no matching branch and has no default.');
    }
    return evaluate(argument['default']);
  },
};

/** A compiled field path such as `$a.b`; unlike mingo's, it never descends into a Long or an ObjectId. */
const READ_PATH = '$_readPath';

const MINGO_AS_IT_IS = {
  $arrayElemAt: mingoExpressions.$arrayElemAt,
  $concat: mingoExpressions.$concat,
  $concatArrays: mingoExpressions.$concatArrays,
  $isArray: mingoExpressions.$isArray,
  $let: mingoExpressions.$let,
  $literal: mingoExpressions.$literal,
  $slice: mingoExpressions.$slice,
};

const OPERATORS = {
  ...MINGO_AS_IT_IS,
  ...Object.fromEntries(
    Object.entries(ON_ARGUMENTS).map(([name, { count, apply }]) => [
      name,
      (document: Any, argument: Any, options: Options) => {
        // A single argument needs no array: { $not: '$a' }, { $mergeObjects: '$a' }.
        const list: unknown[] = Array.isArray(argument) ? argument : [argument];
        if (count !== undefined && list.length !== count) {
          throw new CommandError(
            'FailedToParse',
            `Expression ${name} takes exactly ${count} arguments. ${list.length} were passed in.`,
          );
        }
        return apply(list.map((item) => evalExpr(document, item, options)));
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(LAZY).map(([name, apply]) => [
      name,
      (document: Any, argument: Any, options: Options) =>
        apply(argument, (expression) => evalExpr(document, expression, options)),
    ]),
  ),
  [READ_PATH]: (document: Any, [base, path]: [string, string[]], options: Options) =>
    expressionValue(evalExpr(document, base, options), path),
} as Record<`$${string}`, ExpressionOperator>;

const OPTIONS: Options = {
  idKey: '_id',
  processingMode: ProcessingMode.CLONE_OFF,
  useStrictMode: true,
  scriptEnabled: false,
  failOnError: true,
  context: Context.init({ expression: OPERATORS }),
};

/**
 * Compiles an aggregation expression.
 * @param now value of `$$NOW`, the same throughout a command
 * @throws InvalidPipelineOperator (168) for unknown operators, NotImplemented (238) for operators of MongoDB that are
 *         not supported, even if the expression is never evaluated
 */
export function compileExpression(expression: unknown, now: Date): Expression {
  const prepared = prepare(expression, now, ['ROOT', 'CURRENT', 'REMOVE']);
  // fast path: a number or a field, as in most groups, does not need mingo
  if (typeof prepared === 'number') return () => prepared;
  const [base, path] = isDocument(prepared) ? ((prepared[READ_PATH] ?? []) as [string?, string[]?]) : [];
  if (base === '$$ROOT' && path) return (document) => expressionValue(document, path);
  return (document) => evalExpr(document, prepared, OPTIONS);
}

function prepare(expression: unknown, now: Date, variables: string[]): unknown {
  if (typeof expression === 'string' && expression.startsWith('$')) {
    return preparePath(expression, now, variables);
  }
  if (Array.isArray(expression)) return expression.map((item) => prepare(item, now, variables));
  if (!isDocument(expression)) return expression;
  const [name] = Object.keys(expression);
  if (!name?.startsWith('$')) return prepareFields(expression, now, variables);
  if (Object.keys(expression).length !== 1) {
    throw new CommandError('FailedToParse', 'An expression has exactly one operator.');
  }
  if (!Object.hasOwn(OPERATORS, name) || name === READ_PATH) throw unknownExpression(name);
  const argument = expression[name];
  if (name === '$literal') return expression;
  if (name === '$let') {
    if (!isDocument(argument) || !isDocument(argument['vars'])) {
      throw new CommandError('FailedToParse', '$let needs vars and in.');
    }
    const own = Object.keys(argument['vars']);
    return {
      $let: {
        vars: prepareFields(argument['vars'], now, variables),
        in: prepare(argument['in'], now, [...variables, ...own]),
      },
    };
  }
  return { [name]: prepare(argument, now, variables) };
}

function prepareFields(fields: Document, now: Date, variables: string[]): Document {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => {
      if (key.startsWith('$') || key.includes('.')) {
        throw new CommandError('Location16410', `Invalid field name in an expression: '${key}'.`);
      }
      return [key, prepare(value, now, variables)];
    }),
  );
}

function preparePath(path: string, now: Date, variables: string[]): unknown {
  if (!path.startsWith('$$')) return { [READ_PATH]: ['$$ROOT', split(path.slice(1))] };
  const [name = '', ...fields] = split(path.slice(2));
  if (name === 'NOW' && fields.length === 0) return now;
  if (!variables.includes(name)) {
    throw new CommandError('Location17276', `Use of undefined variable: ${name}`);
  }
  return fields.length === 0 ? path : { [READ_PATH]: [`$$${name}`, fields] };
}

function unknownExpression(name: string): CommandError {
  return name in mingoExpressions || name in mingoAccumulators
    ? notImplemented(`the expression ${name}`)
    : new CommandError('InvalidPipelineOperator', `Unrecognized expression '${name}'`);
}

function numberOrDate(operator: string, value: unknown): number | Date {
  if (value instanceof Date) return value;
  if (isNumeric(value)) return Math.round(toNumber(value));
  throw onlyNumbers(operator, value);
}

function onlyNumbers(operator: string, value: unknown): CommandError {
  return new CommandError(
    'TypeMismatch',
    `${operator} only supports numeric or date types, not ${typeOf(value).name}`,
  );
}

function add(args: unknown[]): unknown {
  if (args.some(isMissing)) return null;
  if (args.filter((value) => value instanceof Date).length > 1) {
    throw new CommandError('TypeMismatch', 'only one date allowed in an $add expression');
  }
  if (args.some((value) => value instanceof Date)) {
    return new Date(args.reduce<number>((sum, value) => sum + Number(numberOrDate('$add', value)), 0));
  }
  return numbers('$add', args).reduce((sum, value) => calculate('add', sum, value), 0);
}

function subtract([a, b]: unknown[]): unknown {
  if (isMissing(a) || isMissing(b)) return null;
  if (a instanceof Date) {
    const milliseconds = a.getTime() - Number(numberOrDate('$subtract', b));
    return b instanceof Date ? Long.fromNumber(milliseconds) : new Date(milliseconds);
  }
  const [x, y] = numbers('$subtract', [a, b]);
  return calculate('subtract', x ?? 0, y ?? 0);
}

function multiply(args: unknown[]): unknown {
  if (args.some(isMissing)) return null;
  return numbers('$multiply', args).reduce((product, value) => calculate('multiply', product, value), 1);
}

function numbers(operator: string, args: unknown[]) {
  return args.map((value) => {
    if (!isNumeric(value)) throw onlyNumbers(operator, value);
    return value;
  });
}

function isElement([value, array]: unknown[]): boolean {
  if (!Array.isArray(array)) throw new CommandError('BadValue', '$in requires an array as a second argument');
  return array.some((item) => equal(item, value));
}

function mergeObjects(args: unknown[]): Document {
  const merged: Document = {};
  for (const value of args) {
    if (isMissing(value)) continue;
    if (!isDocument(value)) throw new CommandError('TypeMismatch', '$mergeObjects requires object inputs');
    Object.assign(merged, value);
  }
  return merged;
}

function sizeOf([array]: unknown[]): number {
  if (Array.isArray(array)) return array.length;
  throw new CommandError('BadValue', `The argument to $size must be an array, not ${typeOf(array).name}`);
}

/** The smallest (sign -1) or largest (sign 1) value; a single array argument stands for its elements. */
function extreme(args: unknown[], sign: number): unknown {
  const values: unknown[] = args.length === 1 && Array.isArray(args[0]) ? args[0] : args;
  let best: unknown = null;
  for (const value of values) {
    if (!isMissing(value) && (best === null || compare(value, best) * sign > 0)) best = value;
  }
  return best;
}

import { CommandError } from './errors';
import { type Document, isDocument } from './value';

const INDEX = /^(0|[1-9]\d*)$/;
export const isArrayIndex = (component: string): boolean => INDEX.test(component);

/** An own field of a document, or undefined. */
export function field(document: Document, name: string): unknown {
  return Object.hasOwn(document, name) ? document[name] : undefined;
}

/** Splits a dotted path into its components. */
export function split(path: string): string[] {
  const components = path.split('.');
  if (components.includes('')) {
    throw new CommandError('EmptyFieldName', `The path '${path}' contains an empty field name.`);
  }
  return components;
}

/**
 * All values at a path of a query or an index: descends into arrays along it, at a given position or at every element.
 * An array at the end is yielded whole. `undefined` is a missing field.
 */
export function* valuesAt(value: unknown, path: readonly string[], depth = 0): Generator {
  const name = path[depth];
  if (name === undefined) {
    yield value;
  } else if (isDocument(value)) {
    yield* valuesAt(field(value, name), path, depth + 1);
  } else if (Array.isArray(value)) {
    const byPosition = isArrayIndex(name) && Number(name) < value.length;
    if (byPosition) yield* valuesAt(value[Number(name)], path, depth + 1);
    for (const element of value) {
      if (isDocument(element) && !(byPosition && !Object.hasOwn(element, name))) {
        yield* valuesAt(element, path, depth);
      }
    }
  } else {
    yield undefined;
  }
}

/** Like `valuesAt`, plus the elements of an array at the end: what a query compares with. */
export function* candidatesAt(document: Document, path: readonly string[]): Generator {
  for (const value of valuesAt(document, path)) {
    if (Array.isArray(value)) yield* value;
    yield value;
  }
}

/** The value of `$a.b` in an expression: an array along the path gives an array of its elements' values. */
export function expressionValue(value: unknown, path: readonly string[], depth = 0): unknown {
  const name = path[depth];
  if (name === undefined) return value;
  if (isDocument(value)) return expressionValue(field(value, name), path, depth + 1);
  if (!Array.isArray(value)) return undefined;
  return value
    .map((element) => expressionValue(element, path, depth))
    .filter((element) => element !== undefined);
}

/** Whether the path meets an array, inside or at the end, and can have several values. */
export function meetsArray(value: unknown, path: readonly string[], depth = 0): boolean {
  if (Array.isArray(value)) return true;
  const name = path[depth];
  return name !== undefined && isDocument(value) && meetsArray(field(value, name), path, depth + 1);
}

/** The value at a path through documents only; undefined otherwise. */
export function nestedField(document: Document, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (isDocument(value) ? field(value, name) : undefined),
    document,
  );
}

import { CommandError, notImplemented } from './errors';
import { isNumeric, toNumber } from './numbers';
import { candidatesAt, split, valuesAt } from './path';
import { compare, type Document, isDocument } from './value';

/** One field of a sort or an index: its path and direction. */
export interface SortField {
  readonly path: string;
  readonly components: readonly string[];
  readonly direction: 1 | -1;
}

/** Reads `{ a: 1, b: -1 }`. */
export function parseSort(sort: unknown): SortField[] {
  if (sort === undefined) return [];
  if (!isDocument(sort)) throw new CommandError('TypeMismatch', 'A sort must be a document.');
  return Object.entries(sort).map(([path, order]) => {
    if (path === '$natural' || isDocument(order)) throw notImplemented(`sorting by ${path}`);
    const direction = isNumeric(order) ? toNumber(order) : 0;
    if (direction !== 1 && direction !== -1) {
      throw new CommandError('BadValue', `The sort order of '${path}' must be 1 or -1.`);
    }
    return { path, components: split(path), direction };
  });
}

/** Compares two documents as `sort` does: an array counts as its smallest (or, descending, largest) element. */
export function compareBy(fields: readonly SortField[]): (a: Document, b: Document) => number {
  return (a, b) => {
    for (const field of fields) {
      const result = compare(sortKey(a, field), sortKey(b, field));
      if (result !== 0) return result * field.direction;
    }
    return 0;
  };
}

function sortKey(document: Document, { components, direction }: SortField): unknown {
  let best: unknown;
  let found = false;
  for (const value of valuesAt(document, components)) {
    const keys: unknown[] = Array.isArray(value) && value.length > 0 ? value : [value];
    for (const item of keys) {
      // Missing sorts as null, an empty array before it.
      const key = item === undefined ? null : Array.isArray(value) && value.length === 0 ? undefined : item;
      if (!found || compare(key, best) * direction < 0) best = key;
      found = true;
    }
  }
  return found ? best : null;
}

/** The distinct values at a path, with arrays unwound, in order of appearance. */
export function distinctValues(documents: Iterable<Document>, path: string): unknown[] {
  const components = split(path);
  const values: unknown[] = [];
  for (const document of documents) {
    for (const candidate of candidatesAt(document, components)) {
      if (candidate !== undefined && !Array.isArray(candidate)) values.push(candidate);
    }
  }
  values.sort(compare);
  return values.filter((value, i) => i === 0 || compare(value, values[i - 1]) !== 0);
}

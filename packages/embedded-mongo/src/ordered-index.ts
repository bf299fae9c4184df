import { CommandError, notImplemented } from './errors';
import { compileFilter, type Predicate } from './filter';
import { isNumeric, toNumber } from './numbers';
import { meetsArray, valuesAt } from './path';
import { parseSort, type SortField } from './sort';
import { compare, type Document, equal, isDocument, show } from './value';

/** A stored document. Indexes and cursors refer to it while its content is replaced. */
export interface Stored {
  /** Increases with every insert; orders scans without an index, and equal keys. */
  readonly sequence: number;
  document: Document;
}

interface Entry {
  readonly key: readonly unknown[];
  readonly stored: Stored;
}

/** A range of keys: predicates on the value of the field after the prefix. */
export interface Range {
  isBefore(value: unknown): boolean;
  isAfter(value: unknown): boolean;
}

const SUPPORTED = [
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
];

/**
 * An index: the keys of all documents in one sorted array. Insertion is a binary search and a move of pointers, which for
 * tens of thousands of documents is faster than a tree.
 */
export class OrderedIndex {
  readonly name: string;
  readonly fields: readonly SortField[];
  readonly isUnique: boolean;
  readonly isSparse: boolean;
  readonly partialFilter: Document | undefined;
  readonly expireAfterSeconds: number | undefined;
  /** The fields at which a document has an array, and therefore several keys. */
  readonly arrayFields = new Set<SortField>();
  private readonly covers: Predicate;
  private entries: Entry[] = [];

  /** @param specification as in `createIndexes`: key, name, unique, sparse, partialFilterExpression, expireAfterSeconds */
  constructor(
    readonly specification: Document,
    private readonly namespace: string,
  ) {
    const { key, name, unique, sparse, partialFilterExpression, expireAfterSeconds } = specification;
    const unsupported = Object.keys(specification).filter((option) => !SUPPORTED.includes(option));
    if (unsupported.length > 0) throw notImplemented(`the index options ${unsupported.join(', ')}`);
    if (!isDocument(key) || Object.keys(key).length === 0 || typeof name !== 'string') {
      throw new CommandError('CannotCreateIndex', 'An index needs a key and a name.');
    }
    const special = Object.values(key).find((direction) => !isNumeric(direction));
    if (special !== undefined || Object.keys(key).some((path) => path.includes('$'))) {
      throw notImplemented(`the index key ${show(key)}`);
    }
    if (partialFilterExpression !== undefined && !isDocument(partialFilterExpression)) {
      throw new CommandError('CannotCreateIndex', 'partialFilterExpression must be a document.');
    }
    this.name = name;
    this.fields = parseSort(key);
    this.isUnique = unique === true || name === '_id_';
    this.isSparse = sparse === true;
    this.partialFilter = partialFilterExpression;
    this.expireAfterSeconds = isNumeric(expireAfterSeconds) ? toNumber(expireAfterSeconds) : undefined;
    this.covers = partialFilterExpression ? compileFilter(partialFilterExpression, new Date()) : () => true;
  }

  get isMultikey(): boolean {
    return this.arrayFields.size > 0;
  }

  add(stored: Stored): void {
    for (const key of this.keysOf(stored.document)) this.addKey(key, stored);
  }

  remove(stored: Stored): void {
    for (const key of this.keysOf(stored.document)) this.removeKey(key, stored);
  }

  /** Updates the keys of a replaced document; most updates leave most keys unchanged. */
  move(stored: Stored, before: Document, after: Document): void {
    const [old, next] = [this.keysOf(before), this.keysOf(after)];
    const stays =
      old.length === next.length && old.every((key, i) => this.compareKeys(key, next[i] ?? []) === 0);
    if (stays) return;
    for (const key of old) this.removeKey(key, stored);
    for (const key of next) this.addKey(key, stored);
  }

  /** Builds the index with one sort, which is much faster than inserting one by one. */
  addAll(all: Iterable<Stored>): void {
    for (const stored of all) {
      for (const key of this.keysOf(stored.document)) this.entries.push({ key, stored });
    }
    this.entries.sort((a, b) => this.compareEntries(a, b));
  }

  /**
   * @param itself the stored document that `document` will replace, which does not conflict
   * @throws DuplicateKey (11000) with keyPattern and keyValue, worded as in MongoDB
   */
  assertUnique(document: Document, itself?: Stored): void {
    const keys = this.keysOf(document); // also refuses values that cannot be indexed
    if (!this.isUnique) return;
    for (const key of keys) {
      for (const other of this.scan(key)) if (other !== itself) throw this.duplicate(key);
    }
  }

  /** @throws DuplicateKey if two documents of the index share a key */
  assertAllUnique(): void {
    if (!this.isUnique) return;
    this.entries.forEach((entry, i) => {
      const before = this.entries[i - 1];
      if (before && before.stored !== entry.stored && this.compareKeys(before.key, entry.key) === 0) {
        throw this.duplicate(entry.key);
      }
    });
  }

  /** The documents whose keys start with `prefix` and are in `range` after it, in index order. */
  *scan(prefix: readonly unknown[], range?: Range, reverse = false): Generator<Stored, void, undefined> {
    const start = this.search((entry) => this.place(entry.key, prefix, range) < 0);
    const end = this.search((entry) => this.place(entry.key, prefix, range) <= 0);
    for (let i = 0; i < end - start; i++) {
      const entry = this.entries[reverse ? end - 1 - i : start + i];
      if (entry) yield entry.stored;
    }
  }

  private addKey(key: readonly unknown[], stored: Stored): void {
    const entry = { key, stored };
    this.entries.splice(this.positionOf(entry), 0, entry);
  }

  private removeKey(key: readonly unknown[], stored: Stored): void {
    this.entries.splice(this.positionOf({ key, stored }), 1);
  }

  /** Negative for a key before the range, 0 in it, positive after it. */
  private place(key: readonly unknown[], prefix: readonly unknown[], range: Range | undefined): number {
    const order = this.compareKeys(key, prefix);
    const field = this.fields[prefix.length];
    if (order !== 0 || !range || !field) return order;
    const value = key[prefix.length];
    return (range.isBefore(value) ? -1 : range.isAfter(value) ? 1 : 0) * field.direction;
  }

  /** The keys of a document: none if it is not in the index, several if a field is an array. */
  private keysOf(document: Document): unknown[][] {
    if (!this.covers(document)) return [];
    const arrays: SortField[] = [];
    const parts = this.fields.map((field) => {
      const { components } = field;
      const values = [...valuesAt(document, components)];
      if (meetsArray(document, components)) arrays.push(field);
      const keys = values.flatMap((value: unknown) =>
        Array.isArray(value) ? (value.length > 0 ? (value as unknown[]) : [undefined]) : [value ?? null],
      );
      return keys.length > 0 ? keys : [null];
    });
    if (
      this.isSparse &&
      this.fields.every(({ components }) => [...valuesAt(document, components)].every((v) => v === undefined))
    ) {
      return [];
    }
    if (arrays.length > 1) {
      throw new CommandError('CannotIndexParallelArrays', `cannot index parallel arrays: ${this.name}`);
    }
    const [array] = arrays;
    if (!array) return [parts.map(([value]) => value)];
    this.arrayFields.add(array);
    let keys: unknown[][] = [[]];
    for (const part of parts) keys = keys.flatMap((key) => part.map((value) => [...key, value]));
    keys.sort((a, b) => this.compareKeys(a, b));
    return keys.filter((key, i) => i === 0 || this.compareKeys(key, keys[i - 1] ?? []) !== 0);
  }

  private duplicate(key: readonly unknown[]): CommandError {
    const keyValue = Object.fromEntries(this.fields.map(({ path }, i) => [path, key[i]]));
    return new CommandError(
      'DuplicateKey',
      `E11000 duplicate key error collection: ${this.namespace} index: ${this.name} dup key: ${show(keyValue)}`,
      { keyPattern: this.specification['key'], keyValue },
    );
  }

  private compareKeys(a: readonly unknown[], b: readonly unknown[]): number {
    for (let i = 0; i < a.length && i < b.length; i++) {
      const order = compare(a[i], b[i]);
      if (order !== 0) return order * (this.fields[i]?.direction ?? 1);
    }
    return 0;
  }

  private compareEntries(a: Entry, b: Entry): number {
    return this.compareKeys(a.key, b.key) || a.stored.sequence - b.stored.sequence;
  }

  private positionOf(entry: Entry): number {
    return this.search((other) => this.compareEntries(other, entry) < 0);
  }

  /** The first position that is not before the target. */
  private search(isBefore: (entry: Entry) => boolean): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.entries[middle];
      if (entry && isBefore(entry)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Whether the partial index contains every document of the filter: the filter repeats its conditions. */
export function isImplied(partialFilter: Document, filter: Document): boolean {
  return Object.entries(partialFilter).every(
    ([key, condition]) => key in filter && equal(filter[key], condition),
  );
}

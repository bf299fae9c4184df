import { ObjectId } from 'bson';
import { CommandError } from './errors';
import { compileFilter } from './filter';
import { OrderedIndex, type Stored } from './ordered-index';
import { planQuery } from './planner';
import { compareBy, type SortField } from './sort';
import { type Document, equal, isDocument, isOperatorDocument, typeOf } from './value';

export interface Query {
  readonly filter: Document;
  readonly sort?: readonly SortField[];
  readonly skip?: number;
  /** Maximum number of documents; 0 for all. */
  readonly limit?: number;
  /** The `$$NOW` of the command. */
  readonly now: Date;
}

/** The documents of one collection and its indexes, in memory; every write updates both. */
export class Collection {
  readonly indexes = new Map<string, OrderedIndex>();
  /** Number of documents read so far: shows whether queries use the indexes. */
  examined = 0;
  private readonly all = new Set<Stored>();
  private readonly byId: OrderedIndex;
  private sequence = 0;

  /** @param namespace `database.collection` */
  constructor(readonly namespace: string) {
    this.byId = new OrderedIndex({ v: 2, key: { _id: 1 }, name: '_id_' }, namespace);
    this.indexes.set('_id_', this.byId);
  }

  get size(): number {
    return this.all.size;
  }

  /** All documents in insertion order. */
  *documents(): Generator<Document, void, undefined> {
    for (const { document } of this.all) yield document;
  }

  find({ filter, sort = [], skip = 0, limit = 0, now }: Query): Stored[] {
    const matches = compileFilter(filter, now);
    const plan = planQuery(this.indexes.values(), this.all, filter, sort, now);
    const end = limit === 0 ? Infinity : skip + limit;
    const found: Stored[] = [];
    for (const stored of plan.documents) {
      this.examined++;
      if (!matches(stored.document)) continue;
      found.push(stored);
      if (plan.isSorted && found.length >= end) break;
    }
    if (!plan.isSorted) {
      const order = compareBy(sort);
      found.sort((a, b) => order(a.document, b.document));
    }
    return found.slice(skip, end);
  }

  findById(id: unknown): Stored | undefined {
    for (const stored of this.byId.scan([id])) return stored;
    return undefined;
  }

  /** @throws DuplicateKey, before anything is changed */
  insert(document: Document): Stored {
    for (const index of this.indexes.values()) index.assertUnique(document);
    const stored = { sequence: this.sequence++, document };
    this.all.add(stored);
    for (const index of this.indexes.values()) index.add(stored);
    return stored;
  }

  /** @throws DuplicateKey, before anything is changed */
  replace(stored: Stored, document: Document): void {
    for (const index of this.indexes.values()) index.assertUnique(document, stored);
    for (const index of this.indexes.values()) index.move(stored, stored.document, document);
    stored.document = document;
  }

  /** Adds a document from the log, which was checked when it was written. */
  load(document: Document): void {
    const stored = this.findById(document['_id']);
    if (stored) this.replace(stored, document);
    else this.insert(document);
  }

  remove(stored: Stored): void {
    for (const index of this.indexes.values()) index.remove(stored);
    this.all.delete(stored);
  }

  /** @throws DuplicateKey if existing documents violate a unique index, IndexOptionsConflict if its name or key is taken */
  createIndex(specification: Document): { created: boolean } {
    const index = new OrderedIndex(specification, this.namespace);
    const same = [...this.indexes.values()].find(
      (other) => other.name === index.name || equal(other.specification['key'], specification['key']),
    );
    if (same) {
      if (same.name === '_id_' || describes(same.specification, specification)) return { created: false };
      const byName = same.name === index.name;
      throw new CommandError(
        byName ? 'IndexKeySpecsConflict' : 'IndexOptionsConflict',
        byName
          ? `An existing index has the same name as the requested index: ${index.name}`
          : `Index already exists with a different name or options: ${same.name}`,
      );
    }
    index.addAll(this.all);
    index.assertAllUnique();
    this.indexes.set(index.name, index);
    return { created: true };
  }
}

/** Whether two specifications describe the same index, ignoring other options. */
function describes(a: Document, b: Document): boolean {
  const relevantOptions = ({
    key,
    name,
    unique,
    sparse,
    partialFilterExpression,
    expireAfterSeconds,
  }: Document) => [
    key,
    name,
    unique === true,
    sparse === true,
    partialFilterExpression ?? null,
    expireAfterSeconds ?? null,
  ];
  return equal(relevantOptions(a), relevantOptions(b));
}

/** The document with `_id` as its first field. @throws InvalidIdField for an `_id` that MongoDB would refuse */
export function withId(document: Document): Document {
  const { _id, ...rest } = document;
  const id = _id === undefined ? new ObjectId() : _id;
  const type = typeOf(id).name;
  if (type === 'array' || type === 'regex' || (isDocument(id) && isOperatorDocument(id))) {
    throw new CommandError('InvalidIdField', `The '_id' value cannot be of type ${type}`);
  }
  return Object.keys(document)[0] === '_id' ? document : { _id: id, ...rest };
}

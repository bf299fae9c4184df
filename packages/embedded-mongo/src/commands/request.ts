import { Binary, Long } from 'bson';
import type { Collection, Query } from '../collection';
import type { Cursors } from '../cursors';
import { CommandError, notImplemented } from '../errors';
import { compileFilter } from '../filter';
import { toInteger } from '../numbers';
import type { Stored } from '../ordered-index';
import type { Store } from '../store';
import { type Document, equal, isDocument } from '../value';

/** What commands know of the server they run on. */
export interface ServerInfo {
  /** `host:port`, as clients reach it. */
  readonly address: string;
  readonly startedAt: Date;
  connections: number;
}

/** One command on its way: its arguments, and what it works on. */
export class Request {
  readonly name: string;
  readonly database: string;

  /** @param now the one instant that `$$NOW`, `$currentDate` and TTL mean throughout the command */
  constructor(
    readonly body: Document,
    readonly store: Store,
    readonly cursors: Cursors,
    readonly server: ServerInfo,
    readonly connectionId: number,
    readonly now: Date,
  ) {
    this.name = Object.keys(body)[0] ?? '';
    const database = body['$db'];
    if (typeof database !== 'string' || !/^[^/\\. "$\0]+$/.test(database)) {
      throw new CommandError('InvalidNamespace', `Invalid database name: '${String(database)}'`);
    }
    this.database = database;
  }

  /** The namespace that the command names: `db.collection`. */
  get namespace(): string {
    return this.namespaceOf(this.body[this.name]);
  }

  namespaceOf(collection: unknown): string {
    if (typeof collection !== 'string' || collection === '') {
      throw new CommandError('InvalidNamespace', `'${String(collection)}' is no collection name.`);
    }
    return `${this.database}.${collection}`;
  }

  /** The collection the command names, if it exists. */
  get collection(): Collection | undefined {
    return this.store.collection(this.namespace);
  }

  /** The documents a query finds. A wrong filter is refused even where there is no collection. */
  find(query: Omit<Query, 'now'>): Stored[] {
    const { collection, now } = this;
    if (collection) return collection.find({ ...query, now });
    compileFilter(query.filter, now);
    return [];
  }

  /** A document among the arguments; an empty one if it is missing. */
  document(name: string, from: Document = this.body): Document {
    const value = from[name];
    if (value === undefined || value === null) return {};
    if (!isDocument(value)) throw new CommandError('TypeMismatch', `'${name}' must be a document.`);
    return value;
  }

  /** An array of documents among the arguments. */
  documents(name: string): Document[] {
    const value = this.body[name];
    if (!Array.isArray(value) || value.length === 0 || !value.every(isDocument)) {
      throw new CommandError('BadValue', `'${name}' must be a nonempty array of documents.`);
    }
    return value;
  }

  /** A whole number among the arguments; undefined if it is missing. */
  integer(name: string, from: Document = this.body): number | undefined {
    return from[name] === undefined || from[name] === null ? undefined : toInteger(from[name], `'${name}'`);
  }

  /** A whole number that is not negative. */
  count(name: string, from: Document = this.body): number | undefined {
    const value = this.integer(name, from);
    if (value !== undefined && value < 0)
      throw new CommandError('BadValue', `'${name}' must not be negative.`);
    return value;
  }

  /** The retryable write this command is, if it is one. */
  get retryable(): { session: Binary; transaction: Long } | undefined {
    const { lsid, txnNumber } = this.body;
    const session = isDocument(lsid) ? lsid['id'] : undefined;
    if (!(session instanceof Binary) || txnNumber === undefined) return undefined;
    if (!(txnNumber instanceof Long)) throw new CommandError('TypeMismatch', "'txnNumber' must be a long.");
    return { session, transaction: txnNumber };
  }
}

/** One command of the table. */
export interface Command {
  /** The arguments it understands besides its name and those that every command takes; all if left out. */
  readonly fields?: readonly string[];
  /** True for writes: the reply waits for the disk and is remembered for retries. */
  readonly writes?: boolean;
  run(request: Request): Document;
}

/** Arguments without a meaning for one node that syncs every write, or that only say how to find a result. */
const HARMLESS = [
  '$db',
  '$readPreference',
  '$clusterTime',
  'lsid',
  'txnNumber',
  'writeConcern',
  'readConcern',
  'comment',
  'maxTimeMS',
  'hint',
  'allowDiskUse',
  'noCursorTimeout',
  'bypassDocumentValidation',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
];

/** Refuses arguments the command does not know: a silently ignored one would be a silently wrong answer. */
export function assertArguments(given: Document, known: readonly string[], what: string): void {
  for (const [name, value] of Object.entries(given)) {
    if (known.includes(name) || HARMLESS.includes(name) || value === undefined) continue;
    if (name === 'collation' && (value === null || equal(value, { locale: 'simple' }))) continue;
    if (name === 'startTransaction' || name === 'autocommit') throw notImplemented('transactions');
    if (value === false || value === null) continue; // a feature that is switched off
    if ((Array.isArray(value) || isDocument(value)) && Object.keys(value).length === 0) continue;
    throw notImplemented(`'${name}' in ${what}`);
  }
}

/** @throws where a client asks for more than one node can give */
export function assertConcerns({ writeConcern, readConcern }: Document): void {
  const w = isDocument(writeConcern) ? writeConcern['w'] : undefined;
  if (typeof w === 'number' && w > 1) {
    throw new CommandError('UnsatisfiableWriteConcern', 'Not enough data-bearing nodes: there is one.');
  }
  if (isDocument(readConcern) && readConcern['level'] === 'snapshot') {
    throw notImplemented("the read concern 'snapshot'");
  }
}

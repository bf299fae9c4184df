import { Binary, Long } from 'bson';
import type { Collection, Query } from '../collection';
import type { Cursors } from '../cursors';
import { CommandError, notImplemented } from '../errors';
import { compileFilter } from '../filter';
import { toInteger } from '../numbers';
import type { Stored } from '../ordered-index';
import type { Store } from '../store';
import { type Document, equal, isDocument } from '../value';

/** What commands need to know about their server. */
export interface ServerInfo {
  /** `host:port`, as clients reach it. */
  readonly address: string;
  readonly startedAt: Date;
  connections: number;
}

/** One command in progress: its arguments and what it operates on. */
export class Request {
  readonly name: string;
  readonly database: string;

  /** @param now the value of `$$NOW`, `$currentDate` and TTL throughout the command */
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

  /** The namespace of the command: `db.collection`. */
  get namespace(): string {
    return this.namespaceOf(this.body[this.name]);
  }

  namespaceOf(collection: unknown): string {
    if (typeof collection !== 'string' || collection === '') {
      throw new CommandError('InvalidNamespace', `Invalid collection name: '${String(collection)}'.`);
    }
    return `${this.database}.${collection}`;
  }

  /** The collection of the command, if it exists. */
  get collection(): Collection | undefined {
    return this.store.collection(this.namespace);
  }

  /** The documents matched by a query. An invalid filter is refused even if the collection does not exist. */
  find(query: Omit<Query, 'now'>): Stored[] {
    const { collection, now } = this;
    if (collection) return collection.find({ ...query, now });
    compileFilter(query.filter, now);
    return [];
  }

  /** A document argument; empty if missing. */
  document(name: string, from: Document = this.body): Document {
    const value = from[name];
    if (value === undefined || value === null) return {};
    if (!isDocument(value)) throw new CommandError('TypeMismatch', `'${name}' must be a document.`);
    return value;
  }

  /** An argument that is an array of documents. */
  documents(name: string): Document[] {
    const value = this.body[name];
    if (!Array.isArray(value) || value.length === 0 || !value.every(isDocument)) {
      throw new CommandError('BadValue', `'${name}' must be a nonempty array of documents.`);
    }
    return value;
  }

  /** A whole number argument; undefined if missing. */
  integer(name: string, from: Document = this.body): number | undefined {
    return from[name] === undefined || from[name] === null ? undefined : toInteger(from[name], `'${name}'`);
  }

  /** A non-negative whole number argument. */
  count(name: string, from: Document = this.body): number | undefined {
    const value = this.integer(name, from);
    if (value !== undefined && value < 0)
      throw new CommandError('BadValue', `'${name}' must not be negative.`);
    return value;
  }

  /** The session and transaction number if this command is a retryable write. */
  get retryable(): { session: Binary; transaction: Long } | undefined {
    const { lsid, txnNumber } = this.body;
    const session = isDocument(lsid) ? lsid['id'] : undefined;
    if (!(session instanceof Binary) || txnNumber === undefined) return undefined;
    if (!(txnNumber instanceof Long)) throw new CommandError('TypeMismatch', "'txnNumber' must be a long.");
    return { session, transaction: txnNumber };
  }
}

/** An entry of the command table. */
export interface Command {
  /** Supported arguments, besides the command's name and those common to all commands; undefined for any. */
  readonly fields?: readonly string[];
  /** The reply waits for the disk and is kept for retries. */
  readonly writes?: boolean;
  run(request: Request): Document;
}

/** Arguments without effect on a single node that syncs every write, or that are only hints. */
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

/** Refuses unknown arguments: ignoring one silently could give a wrong result. */
export function assertArguments(given: Document, known: readonly string[], what: string): void {
  for (const [name, value] of Object.entries(given)) {
    if (known.includes(name) || HARMLESS.includes(name) || value === undefined) continue;
    if (name === 'collation' && (value === null || equal(value, { locale: 'simple' }))) continue;
    if (name === 'startTransaction' || name === 'autocommit') throw notImplemented('transactions');
    if (value === false || value === null) continue; // a disabled feature
    if ((Array.isArray(value) || isDocument(value)) && Object.keys(value).length === 0) continue;
    throw notImplemented(`'${name}' in ${what}`);
  }
}

/** @throws if a client requires more than one node can provide */
export function assertConcerns({ writeConcern, readConcern }: Document): void {
  const w = isDocument(writeConcern) ? writeConcern['w'] : undefined;
  if (typeof w === 'number' && w > 1) {
    throw new CommandError(
      'UnsatisfiableWriteConcern',
      'Not enough data-bearing nodes: this server has one.',
    );
  }
  if (isDocument(readConcern) && readConcern['level'] === 'snapshot') {
    throw notImplemented("the read concern 'snapshot'");
  }
}

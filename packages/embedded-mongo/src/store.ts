import type { Binary, Long } from 'bson';
import { Collection } from './collection';
import { CommandError } from './errors';
import { Log } from './log';
import type { Stored } from './ordered-index';
import { decode, type Document, encode, MAX_DOCUMENT_BYTES } from './value';

/** How long the reply of a retryable write is kept (MongoDB: the session timeout of 30 minutes). */
export const SESSION_TIMEOUT_MINUTES = 30;

/** The last retryable write of a session and its reply. */
interface Memo {
  readonly session: string;
  readonly transaction: Long;
  readonly reply: Document;
  readonly at: Date;
}

export interface StoreOptions {
  readonly directory: string;
  /** Compact the log if it is longer than this and than twice the state. */
  readonly compactAfterBytes: number;
  readonly logger: (line: string) => void;
}

/**
 * All collections. Every change goes through here: it is noted in a journal and made durable by `commit`. All operations
 * of a command form one log record, so that a command is on disk completely or not at all.
 */
export class Store {
  private readonly collections = new Map<string, Collection>();
  private readonly memos = new Map<string, Memo>();
  private journal: Uint8Array[] = [];

  private constructor(
    private readonly options: StoreOptions,
    private readonly log: Log,
  ) {}

  /** Opens a directory and replays its log. @throws CorruptLogError */
  static async open(options: StoreOptions): Promise<Store> {
    const replay = new Replay();
    const log = await Log.open(
      options.directory,
      (payload) => {
        replay.apply(payload);
      },
      options.logger,
    );
    const store = new Store(options, log);
    replay.finishInto(store.collections, store.memos);
    return store;
  }

  collection(namespace: string): Collection | undefined {
    return this.collections.get(namespace);
  }

  /** All collections, or those of one database, by name. */
  list(database?: string): Collection[] {
    return [...this.collections.values()]
      .filter(({ namespace }) => database === undefined || namespace.startsWith(`${database}.`))
      .sort((a, b) => (a.namespace < b.namespace ? -1 : 1));
  }

  /** The collection, created if missing. @throws InvalidNamespace */
  ensure(namespace: string): Collection {
    const known = this.collections.get(namespace);
    if (known) return known;
    const name = namespace.slice(namespace.indexOf('.') + 1);
    if (name === '' || name.includes('$') || name.includes('\0') || name.startsWith('system.')) {
      throw new CommandError('InvalidNamespace', `Invalid collection name: ${namespace}`);
    }
    const collection = new Collection(namespace);
    this.collections.set(namespace, collection);
    this.note({ op: 'create', ns: namespace });
    return collection;
  }

  drop(collection: Collection): void {
    this.collections.delete(collection.namespace);
    this.note({ op: 'drop', ns: collection.namespace });
  }

  createIndex(collection: Collection, specification: Document): boolean {
    const { created } = collection.createIndex(specification);
    if (created) this.note({ op: 'index', ns: collection.namespace, spec: specification });
    return created;
  }

  insert(collection: Collection, document: Document): void {
    const bytes = encodeChecked(document);
    collection.insert(document);
    this.notePut(collection, bytes);
  }

  replace(collection: Collection, stored: Stored, document: Document): void {
    const bytes = encodeChecked(document);
    collection.replace(stored, document);
    this.notePut(collection, bytes);
  }

  remove(collection: Collection, stored: Stored): void {
    collection.remove(stored);
    this.note({ op: 'delete', ns: collection.namespace, id: stored.document['_id'] });
  }

  /** Deletes documents that have expired according to TTL indexes. */
  expire(now: Date): void {
    for (const collection of this.collections.values()) {
      for (const { expireAfterSeconds, fields } of [...collection.indexes.values()]) {
        const [field] = fields;
        if (expireAfterSeconds === undefined || !field) continue;
        const limit = new Date(now.getTime() - expireAfterSeconds * 1000);
        const expired = collection.find({ filter: { [field.path]: { $lte: limit } }, now });
        for (const stored of expired) this.remove(collection, stored);
      }
    }
  }

  /**
   * The reply of a retryable write that was already done; undefined for a new one.
   * @throws TransactionTooOld if the session has newer writes
   */
  recall(session: Binary, transaction: Long): Document | undefined {
    const memo = this.memos.get(session.toString('hex'));
    if (!memo || memo.transaction.lessThan(transaction)) return undefined;
    if (memo.transaction.equals(transaction)) return memo.reply;
    throw new CommandError(
      'TransactionTooOld',
      `Retryable write with txnNumber ${transaction.toString()} is prohibited: the session is at ${memo.transaction.toString()}.`,
    );
  }

  remember(session: Binary, transaction: Long, reply: Document, now: Date): void {
    const memo = { session: session.toString('hex'), transaction, reply, at: now };
    this.memos.set(memo.session, memo);
    this.note({ op: 'memo', ...memo });
  }

  /** Makes all noted changes durable: resolves when they are synced, together with all earlier writes. */
  commit(): Promise<void> {
    if (this.journal.length > 0) {
      this.log.append(Buffer.concat(this.journal));
      this.journal = [];
    }
    const flushed = this.log.flushed();
    const { bytes, snapshotBytes, isCompacting } = this.log;
    if (!isCompacting && bytes > Math.max(this.options.compactAfterBytes, 2 * snapshotBytes)) {
      this.log.compact(this.snapshot()).catch((error: unknown) => {
        this.options.logger(`Could not compact the log: ${String(error)}`);
      });
    }
    return flushed;
  }

  close(): Promise<void> {
    return this.log.close();
  }

  private note(operation: Document): void {
    this.journal.push(encode(operation));
  }

  private notePut(collection: Collection, bytes: Uint8Array): void {
    this.journal.push(encode({ op: 'put', ns: collection.namespace }), bytes);
  }

  /** The state at the time of the call, as log records. Documents are immutable, so they can be encoded later. */
  private snapshot(): Iterable<Uint8Array> {
    const oldest = Date.now() - SESSION_TIMEOUT_MINUTES * 60_000;
    for (const memo of this.memos.values()) if (memo.at.getTime() < oldest) this.memos.delete(memo.session);
    const memos = [...this.memos.values()];
    const collections = [...this.collections.values()].map((collection) => ({
      ns: collection.namespace,
      documents: [...collection.documents()],
      specifications: [...collection.indexes.values()].map(({ specification }) => specification),
    }));
    return (function* () {
      for (const { ns, documents, specifications } of collections) {
        yield encode({ op: 'create', ns });
        for (const spec of specifications.slice(1)) yield encode({ op: 'index', ns, spec });
        for (const document of documents) {
          yield Buffer.concat([encode({ op: 'put', ns }), encode(document)]);
        }
      }
      for (const memo of memos) yield encode({ op: 'memo', ...memo });
    })();
  }
}

function encodeChecked(document: Document): Uint8Array {
  const bytes = encode(document);
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError(
      'BSONObjectTooLarge',
      `A document of ${bytes.length} bytes is larger than the maximum of ${MAX_DOCUMENT_BYTES}.`,
    );
  }
  return bytes;
}

/** Rebuilds the state from log records; builds the indexes last, with one sort each. */
class Replay {
  private readonly collections = new Map<string, { collection: Collection; specifications: Document[] }>();
  private readonly memos = new Map<string, Memo>();

  apply(payload: Buffer): void {
    for (let offset = 0; offset < payload.length;) {
      const [operation, next] = readDocument(payload, offset);
      const namespace = String(operation['ns']);
      switch (operation['op']) {
        case 'put': {
          const [document, end] = readDocument(payload, next);
          this.target(namespace).collection.load(document);
          offset = end;
          continue;
        }
        case 'delete': {
          const { collection } = this.target(namespace);
          const stored = collection.findById(operation['id']);
          if (stored) collection.remove(stored);
          break;
        }
        case 'create':
          this.target(namespace);
          break;
        case 'drop':
          this.collections.delete(namespace);
          break;
        case 'index':
          this.target(namespace).specifications.push(operation['spec'] as Document);
          break;
        case 'memo': {
          const memo = operation as unknown as Memo;
          this.memos.set(memo.session, memo);
          break;
        }
      }
      offset = next;
    }
  }

  finishInto(collections: Map<string, Collection>, memos: Map<string, Memo>): void {
    for (const [namespace, { collection, specifications }] of this.collections) {
      for (const specification of specifications) collection.createIndex(specification);
      collections.set(namespace, collection);
    }
    for (const [session, memo] of this.memos) memos.set(session, memo);
  }

  private target(namespace: string) {
    const known = this.collections.get(namespace);
    if (known) return known;
    const made = { collection: new Collection(namespace), specifications: [] };
    this.collections.set(namespace, made);
    return made;
  }
}

function readDocument(payload: Buffer, offset: number): [Document, number] {
  const end = offset + payload.readInt32LE(offset);
  return [decode(payload.subarray(offset, end)), end];
}

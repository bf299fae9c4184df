import { randomBytes } from 'node:crypto';
import { calculateObjectSize, Long } from 'bson';
import { CommandError } from './errors';
import { type Document, MAX_DOCUMENT_BYTES } from './value';

/** Default size of the first batch, as in MongoDB. */
const DEFAULT_FIRST_BATCH = 101;
const IDLE_LIMIT_MS = 10 * 60_000;

interface Cursor {
  readonly namespace: string;
  readonly documents: Document[];
  position: number;
  lastUsed: number;
}

/** The open cursors. A cursor holds the documents as they were when its query ran. */
export class Cursors {
  private readonly open = new Map<string, Cursor>();

  get count(): number {
    return this.open.size;
  }

  /** The `cursor` part of a reply with the first batch. @param batchSize undefined for the default */
  first(namespace: string, documents: Document[], batchSize?: number, isSingleBatch = false): Document {
    const cursor = { namespace, documents, position: 0, lastUsed: Date.now() };
    const firstBatch = takeBatch(cursor, batchSize ?? DEFAULT_FIRST_BATCH);
    const isDone = cursor.position >= documents.length || isSingleBatch;
    const id = isDone ? Long.ZERO : newId();
    if (!isDone) this.open.set(id.toString(), cursor);
    return { firstBatch, id, ns: namespace };
  }

  /** The `cursor` part of a reply with the next batch. @throws CursorNotFound, Unauthorized for another namespace */
  next(id: Long, namespace: string, batchSize?: number): Document {
    const cursor = this.open.get(id.toString());
    if (!cursor) throw new CommandError('CursorNotFound', `cursor id ${id.toString()} not found`);
    if (cursor.namespace !== namespace) {
      throw new CommandError('Unauthorized', `The cursor belongs to ${cursor.namespace}, not ${namespace}`);
    }
    cursor.lastUsed = Date.now();
    const nextBatch = takeBatch(cursor, batchSize ?? Infinity);
    const isDone = cursor.position >= cursor.documents.length;
    if (isDone) this.open.delete(id.toString());
    return { nextBatch, id: isDone ? Long.ZERO : id, ns: namespace };
  }

  /** @returns false if there was no such cursor */
  kill(id: Long): boolean {
    return this.open.delete(id.toString());
  }

  /** Closes cursors that were not read for ten minutes. */
  expire(): void {
    for (const [id, { lastUsed }] of this.open) {
      if (Date.now() - lastUsed > IDLE_LIMIT_MS) this.open.delete(id);
    }
  }
}

function newId(): Long {
  return Long.fromBigInt(BigInt.asUintN(62, randomBytes(8).readBigUInt64LE()) + 1n); // never 0, which means exhausted
}

/** Up to `count` documents that fit into one reply, at least one. */
function takeBatch(cursor: Cursor, count: number): Document[] {
  const batch: Document[] = [];
  let bytes = 0;
  while (batch.length < count) {
    const document = cursor.documents[cursor.position];
    if (!document) break;
    bytes += calculateObjectSize(document);
    if (batch.length > 0 && bytes > MAX_DOCUMENT_BYTES) break;
    batch.push(document);
    cursor.position++;
  }
  return batch;
}

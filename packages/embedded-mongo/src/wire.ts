import { toCommandError } from './errors';
import { decode, type Document, encode } from './value';

/** A request that is not a MongoDB wire message: the connection must be closed. */
export class WireProtocolError extends Error {
  readonly code = 'WIRE_PROTOCOL';
}

/** A command as received; the documents of a kind 1 section are in the body under their name. */
export interface Message {
  readonly requestId: number;
  readonly body: Document;
  /** The first handshake of a driver, which expects OP_REPLY. */
  readonly isLegacy: boolean;
  /** The sender expects no reply (write concern 0). */
  readonly isUnanswered: boolean;
  /** Why the BSON of the body is invalid, if it is. */
  readonly unreadable?: Error;
}

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
export const MAX_MESSAGE_BYTES = 48_000_000;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** Required bits of OP_MSG that are supported: any other of the lower 16 is an error. */
const KNOWN_REQUIRED_BITS = CHECKSUM_PRESENT | MORE_TO_COME;

/** Splits the byte stream of a connection into messages. */
export class MessageReader {
  private chunks: Buffer[] = [];
  private length = 0;

  /** @throws WireProtocolError */
  *push(chunk: Buffer): Generator<Message, void, undefined> {
    this.chunks.push(chunk);
    this.length += chunk.length;
    for (;;) {
      const size = this.nextSize();
      if (size === undefined || this.length < size) return;
      const all = Buffer.concat(this.chunks);
      this.chunks = [all.subarray(size)];
      this.length -= size;
      yield parse(all.subarray(0, size));
    }
  }

  private nextSize(): number | undefined {
    if (this.length < HEADER_BYTES) return undefined;
    if ((this.chunks[0]?.length ?? 0) < HEADER_BYTES) this.chunks = [Buffer.concat(this.chunks)];
    const size = this.chunks[0]?.readInt32LE(0) ?? 0;
    if (size < HEADER_BYTES || size > MAX_MESSAGE_BYTES) {
      throw new WireProtocolError(`Invalid message length ${size}.`);
    }
    return size;
  }
}

function parse(message: Buffer): Message {
  const requestId = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  try {
    if (opCode === OP_MSG) return { requestId, isLegacy: false, ...parseMsg(message) };
    if (opCode === OP_QUERY) {
      return { requestId, isLegacy: true, isUnanswered: false, body: parseQuery(message) };
    }
  } catch (error) {
    if (error instanceof WireProtocolError) throw error;
    if (error instanceof RangeError) throw new WireProtocolError('A message ends before its contents do.');
    const unreadable = toCommandError(error);
    return { requestId, isLegacy: opCode === OP_QUERY, isUnanswered: false, body: {}, unreadable };
  }
  throw new WireProtocolError(`Unsupported opcode ${opCode}: only OP_MSG is supported.`);
}

/** OP_MSG: flags, then a body (section kind 0) and sequences of documents (kind 1). */
function parseMsg(message: Buffer): { body: Document; isUnanswered: boolean } {
  const flags = message.readUInt32LE(HEADER_BYTES);
  if ((flags & 0xffff & ~KNOWN_REQUIRED_BITS) !== 0) {
    throw new WireProtocolError(`Unsupported message flags ${flags}.`);
  }
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  const body: Document = {};
  for (let offset = HEADER_BYTES + 4; offset < end;) {
    const kind = message.readUInt8(offset++);
    const size = message.readInt32LE(offset);
    if (size < 5 || offset + size > end) throw new WireProtocolError('A section exceeds its message.');
    const section = message.subarray(offset, offset + size);
    if (kind === 0) Object.assign(body, decode(section));
    else if (kind === 1) Object.assign(body, parseSequence(section));
    else throw new WireProtocolError(`Unsupported section kind ${kind}.`);
    offset += size;
  }
  return { body, isUnanswered: (flags & MORE_TO_COME) !== 0 };
}

function parseSequence(section: Buffer): Document {
  const nameEnd = section.indexOf(0, 4);
  const name = section.toString('utf8', 4, nameEnd);
  const documents: Document[] = [];
  for (let offset = nameEnd + 1; offset < section.length;) {
    const size = section.readInt32LE(offset);
    if (size < 5) throw new WireProtocolError(`Invalid document length ${size}.`);
    documents.push(decode(section.subarray(offset, offset + size)));
    offset += size;
  }
  return { [name]: documents };
}

/** OP_QUERY: flags, `db.$cmd`, skip, limit, command. */
function parseQuery(message: Buffer): Document {
  const nameStart = HEADER_BYTES + 4;
  const nameEnd = message.indexOf(0, nameStart);
  const [database] = message.toString('utf8', nameStart, nameEnd).split('.');
  const start = nameEnd + 1 + 8;
  const command = decode(message.subarray(start, start + message.readInt32LE(start)));
  return { ...command, $db: database };
}

let lastReplyId = 0;

/** The reply to a message, in the format of the request. */
export function reply(message: Message, body: Document): Buffer {
  const document = encode(body);
  const prelude = Buffer.alloc(message.isLegacy ? 20 : 5); // OP_MSG: flags 0, section kind 0
  if (message.isLegacy) {
    prelude.writeInt32LE(8, 0); // AwaitCapable, as set by every server
    prelude.writeInt32LE(1, 16); // one document
  }
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + prelude.length + document.length, 0);
  header.writeInt32LE((lastReplyId = (lastReplyId + 1) | 0), 4);
  header.writeInt32LE(message.requestId, 8);
  header.writeInt32LE(message.isLegacy ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, prelude, document]);
}

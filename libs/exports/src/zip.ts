import { pipeline } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { inChunks } from './chunks';
import {
  dataDescriptor,
  dataDescriptorSize,
  directoryEnd,
  directoryEntry,
  dosDate,
  localHeader,
  localHeaderSize,
  type Entry,
} from './zip-records';

/** Text that is made while it is sent. */
interface Streamed {
  readonly pieces: AsyncIterable<string | Buffer>;
  /** A size in bytes that it does not exceed. */
  readonly maximum: number;
}

/** A file is stored as it is if it is complete, and deflated while it is made otherwise. */
type Content = Buffer | Streamed;

/** The files of an archive, numbered from 0. */
export interface Files {
  readonly count: number;
  readonly name: (n: number) => string;
  /** Contents in order. */
  readonly contents: AsyncIterable<Content>;
  /** Modification time of all files. */
  readonly date: Date;
}

/** Deflating may make text that does not compress a little larger. */
const LARGE = 0.99 * 2 ** 32;

/** What is known of a deflated file once it is written. */
type Deflated = Pick<Entry, 'size' | 'compressed' | 'large'>;

/**
 * A ZIP archive of many files. Keeps eight bytes per file for the directory at the end. Libraries keep an object per file
 * and write the directory in one go, which takes up to 10 KB per file: a gigabyte for an hour of video.
 * @throws the error of a content
 */
export async function* zip(files: Files): AsyncGenerator<Buffer, void, undefined> {
  const { count, name, contents } = files;
  const checksums = new Uint32Array(count);
  const sizes = new Uint32Array(count);
  const deflated = new Map<number, Deflated>();
  const date = dosDate(files.date);
  const entryOf = (n: number): Entry => {
    const size = sizes[n] ?? 0;
    const stored = { size, compressed: size, large: false };
    const known = { name: name(n), checksum: checksums[n] ?? 0, date };
    return { ...known, ...(deflated.get(n) ?? stored), deflated: deflated.has(n) };
  };

  let start = 0;
  let n = 0;
  for await (const content of contents) {
    if (Buffer.isBuffer(content)) {
      checksums[n] = crc32(content);
      sizes[n] = content.length;
      yield localHeader(entryOf(n));
      yield content;
    } else {
      const tally = { checksum: 0, size: 0, compressed: 0, large: content.maximum >= LARGE };
      deflated.set(n, tally);
      yield localHeader(entryOf(n));
      yield* deflate(content, tally);
      checksums[n] = tally.checksum;
      yield dataDescriptor(entryOf(n));
    }
    start += sizeOf(entryOf(n++));
  }

  let at = 0;
  let size = 0;
  for (let n = 0; n < count; n++) {
    const entry = entryOf(n);
    const record = directoryEntry(entry, at);
    yield record;
    size += record.length;
    at += sizeOf(entry);
  }
  yield directoryEnd(count, start, size);
}

/** Bytes of a file in the archive, with its header. */
function sizeOf(entry: Entry): number {
  return localHeaderSize(entry) + entry.compressed + dataDescriptorSize(entry);
}

async function* deflate(
  { pieces }: Streamed,
  tally: { checksum: number; size: number; compressed: number },
): AsyncGenerator<Buffer, void, undefined> {
  async function* counted(): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of pieces) {
      const buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
      tally.checksum = crc32(buffer, tally.checksum);
      tally.size += buffer.length;
      yield buffer;
    }
  }
  const compressor = createDeflateRaw();
  // Ending one ends the other; errors of the pieces are thrown by the loop below.
  pipeline(inChunks(counted()), compressor, () => undefined);
  for await (const chunk of compressor as AsyncIterable<Buffer>) {
    tally.compressed += chunk.length;
    yield chunk;
  }
}

export interface NamedContent {
  readonly name: string;
  readonly content: Content;
}

/** A ZIP archive of a few files. @param date modification time of all of them */
export function zipped(files: readonly NamedContent[], date: Date): AsyncGenerator<Buffer, void, undefined> {
  async function* contents(): AsyncGenerator<Content, void, undefined> {
    for (const { content } of files) yield await Promise.resolve(content);
  }
  return zip({ count: files.length, name: (n) => files[n]?.name ?? '', contents: contents(), date });
}

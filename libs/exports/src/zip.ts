import { crc32 } from 'node:zlib';

/** The files of an archive, numbered from 0. */
export interface Files {
  readonly count: number;
  /** ASCII. */
  readonly name: (n: number) => string;
  /** Contents in order. */
  readonly contents: AsyncIterable<Buffer>;
  /** Modification time of all files. */
  readonly date: Date;
}

/** Maximum of a 16 or 32 bit field; also means "see the ZIP64 fields". */
const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;

/** ZIP64 requires version 4.5 of the format, everything else version 1.0. */
const ZIP64_VERSION = 45;
const PLAIN_VERSION = 10;
/** Made on Unix: the external attributes contain the file mode. */
const MADE_ON_UNIX = 3 << 8;
const FILE_MODE = 0o100644;

/**
 * A ZIP archive of many small files, uncompressed (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). Keeps
 * eight bytes per file for the directory at the end. Libraries keep an object per file and write the directory in one go,
 * which takes up to 10 KB per file: a gigabyte for an hour of video.
 */
export async function* storedZip(files: Files): AsyncGenerator<Buffer, void, undefined> {
  const { count, name, contents } = files;
  const checksums = new Uint32Array(count);
  const sizes = new Uint32Array(count);
  const date = dosDate(files.date);

  let offset = 0;
  let n = 0;
  for await (const content of contents) {
    const checksum = crc32(content);
    const header = localHeader(name(n), checksum, content.length, date);
    yield header;
    yield content;
    offset += header.length + content.length;
    checksums[n] = checksum;
    sizes[n++] = content.length;
  }

  const start = offset;
  let at = 0;
  for (const [n, size] of sizes.entries()) {
    const entry = directoryEntry(name(n), checksums[n] ?? 0, size, date, at);
    yield entry;
    offset += entry.length;
    at += LOCAL_HEADER + name(n).length + size;
  }
  yield directoryEnd(count, start, offset - start);
}

const LOCAL_HEADER = 30;

function localHeader(name: string, checksum: number, size: number, date: number): Buffer {
  const header = Buffer.alloc(LOCAL_HEADER + name.length);
  header.writeUInt32LE(0x04034b50, 0);
  writeFacts(header, 4, { version: PLAIN_VERSION, date, checksum, size, name });
  header.write(name, LOCAL_HEADER, 'latin1');
  return header;
}

const DIRECTORY_ENTRY = 46;

/** @param at offset of the file's local header */
function directoryEntry(name: string, checksum: number, size: number, date: number, at: number): Buffer {
  const far = at >= MAX_32;
  const version = far ? ZIP64_VERSION : PLAIN_VERSION;
  const extra = far ? 12 : 0;
  const entry = Buffer.alloc(DIRECTORY_ENTRY + name.length + extra);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(MADE_ON_UNIX | version, 4);
  writeFacts(entry, 6, { version, date, checksum, size, name });
  entry.writeUInt16LE(extra, 30);
  entry.writeUInt32LE(FILE_MODE * 0x10000, 38);
  entry.writeUInt32LE(Math.min(at, MAX_32), 42);
  entry.write(name, DIRECTORY_ENTRY, 'latin1');
  if (far) {
    const field = DIRECTORY_ENTRY + name.length;
    entry.writeUInt16LE(1, field);
    entry.writeUInt16LE(8, field + 2);
    entry.writeBigUInt64LE(BigInt(at), field + 4);
  }
  return entry;
}

interface Facts {
  readonly version: number;
  readonly date: number;
  readonly checksum: number;
  readonly size: number;
  readonly name: string;
}

/** Writes the common fields of local headers and directory entries: no flags, method 0 (stored). */
function writeFacts(target: Buffer, at: number, { version, date, checksum, size, name }: Facts): void {
  target.writeUInt16LE(version, at);
  target.writeUInt32LE(date, at + 6);
  target.writeUInt32LE(checksum, at + 10);
  target.writeUInt32LE(size, at + 14); // compressed size, the same because files are stored
  target.writeUInt32LE(size, at + 18); // uncompressed size
  target.writeUInt16LE(name.length, at + 22);
}

/** @param start offset of the directory @param size of the directory, in bytes */
function directoryEnd(count: number, start: number, size: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, MAX_16), 8);
  end.writeUInt16LE(Math.min(count, MAX_16), 10);
  end.writeUInt32LE(Math.min(size, MAX_32), 12);
  end.writeUInt32LE(Math.min(start, MAX_32), 16);
  if (count < MAX_16 && size < MAX_32 && start < MAX_32) return end;

  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(44n, 4); // size of this record without the first twelve bytes
  end64.writeUInt16LE(MADE_ON_UNIX | ZIP64_VERSION, 12);
  end64.writeUInt16LE(ZIP64_VERSION, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(size), 40);
  end64.writeBigUInt64LE(BigInt(start), 48);

  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end64, locator, end]);
}

/** MS-DOS time (low 16 bits) and date (high 16 bits), from 1980, to two seconds; in UTC, as ZIP has no time zone. */
function dosDate(date: Date): number {
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  const years = Math.max(0, date.getUTCFullYear() - 1980);
  const day = (years << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  return day * 0x10000 + time;
}

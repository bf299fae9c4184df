/** The records of ZIP archives (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). */

/** Maximum of a 16 or 32 bit field; also means "see the ZIP64 fields". */
const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;

/** ZIP64 requires version 4.5 of the format, deflated files version 2.0. */
const ZIP64_VERSION = 45;
const PLAIN_VERSION = 20;
/** Flag: checksum and sizes follow the data. Flag: the name is UTF-8. */
const SIZES_FOLLOW = 1 << 3;
const UTF8 = 1 << 11;
/** Made on Unix: the external attributes contain the file mode. */
const MADE_ON_UNIX = 3 << 8;
const FILE_MODE = 0o100644;

/** A file of an archive. Sizes in bytes. */
export interface Entry {
  readonly name: string;
  readonly checksum: number;
  readonly size: number;
  /** The same as `size` for stored files. */
  readonly compressed: number;
  /** Deflated while it is written: sizes and checksum follow the data. */
  readonly deflated: boolean;
  /** Deflated, and may exceed 4 GiB: has ZIP64 fields. */
  readonly large: boolean;
  /** From `dosDate`. */
  readonly date: number;
}

const LOCAL_HEADER = 30;

/** Bytes of the header that precedes a file. */
export function localHeaderSize({ name, large }: Pick<Entry, 'name' | 'large'>): number {
  return LOCAL_HEADER + Buffer.byteLength(name) + (large ? 20 : 0);
}

export function localHeader(entry: Entry): Buffer {
  const { deflated, large, checksum, size, compressed } = entry;
  const header = Buffer.alloc(localHeaderSize(entry));
  const extra = large ? extraField([0, 0]) : NO_EXTRA;
  const unknown = large ? MAX_32 : 0;
  header.writeUInt32LE(0x04034b50, 0);
  writeFacts(header, 4, {
    ...entry,
    version: large ? ZIP64_VERSION : PLAIN_VERSION,
    extra: extra.length,
    checksum: deflated ? 0 : checksum,
    size: deflated ? unknown : size,
    compressed: deflated ? unknown : compressed,
  });
  header.write(entry.name, LOCAL_HEADER, 'utf8');
  extra.copy(header, header.length - extra.length);
  return header;
}

/** Follows the data of a deflated file. */
export function dataDescriptor({ large, checksum, size, compressed }: Entry): Buffer {
  const descriptor = Buffer.alloc(dataDescriptorSize({ large, deflated: true }));
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(checksum, 4);
  if (large) {
    descriptor.writeBigUInt64LE(BigInt(compressed), 8);
    descriptor.writeBigUInt64LE(BigInt(size), 16);
  } else {
    descriptor.writeUInt32LE(compressed, 8);
    descriptor.writeUInt32LE(size, 12);
  }
  return descriptor;
}

export function dataDescriptorSize({ large, deflated }: Pick<Entry, 'large' | 'deflated'>): number {
  if (!deflated) return 0;
  return large ? 24 : 16;
}

const DIRECTORY_ENTRY = 46;

/** @param at offset of the file's local header */
export function directoryEntry(entry: Entry, at: number): Buffer {
  const { name, size, compressed } = entry;
  const extra = extraField([size, compressed, at].filter((value) => value >= MAX_32));
  const version = extra.length > 0 || entry.large ? ZIP64_VERSION : PLAIN_VERSION;
  const record = Buffer.alloc(DIRECTORY_ENTRY + Buffer.byteLength(name) + extra.length);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(MADE_ON_UNIX | version, 4);
  writeFacts(record, 6, {
    ...{ ...entry, version, extra: extra.length },
    ...{ size: Math.min(size, MAX_32), compressed: Math.min(compressed, MAX_32) },
  });
  record.writeUInt32LE(FILE_MODE * 0x10000, 38);
  record.writeUInt32LE(Math.min(at, MAX_32), 42);
  record.write(name, DIRECTORY_ENTRY, 'utf8');
  extra.copy(record, record.length - extra.length);
  return record;
}

const NO_EXTRA = Buffer.alloc(0);

/** The ZIP64 field: values that do not fit into theirs. */
function extraField(values: readonly number[]): Buffer {
  if (values.length === 0) return NO_EXTRA;
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return field;
}

interface Facts extends Entry {
  readonly version: number;
  /** Bytes of the extra field. */
  readonly extra: number;
}

const STORED = 0;
const DEFLATED = 8;

/** Writes the common fields of local headers and directory entries. */
function writeFacts(target: Buffer, at: number, facts: Facts): void {
  const { version, name, deflated, date, checksum, size, compressed, extra } = facts;
  target.writeUInt16LE(version, at);
  target.writeUInt16LE((deflated ? SIZES_FOLLOW : 0) | (isAscii(name) ? 0 : UTF8), at + 2);
  target.writeUInt16LE(deflated ? DEFLATED : STORED, at + 4);
  target.writeUInt32LE(date, at + 6);
  target.writeUInt32LE(checksum, at + 10);
  target.writeUInt32LE(compressed, at + 14);
  target.writeUInt32LE(size, at + 18);
  target.writeUInt16LE(Buffer.byteLength(name), at + 22);
  target.writeUInt16LE(extra, at + 24);
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** @param start offset of the directory @param size of the directory, in bytes */
export function directoryEnd(count: number, start: number, size: number): Buffer {
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
export function dosDate(date: Date): number {
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  const years = Math.max(0, date.getUTCFullYear() - 1980);
  const day = (years << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  return day * 0x10000 + time;
}

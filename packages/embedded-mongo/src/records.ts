/**
 * The records of the data files, and how to tell damage from an interrupted write.
 *
 * A record is appended and synced before the next one starts, and one append writes one record. So a crash can leave only
 * the last record of the last log unfinished; anything unreadable before a readable record is damage, and nothing is cut
 * off. An unreadable last record is ambiguous, and may have been acknowledged. It counts as unfinished if
 * - the file ends before the record does, or
 * - it has its full length, but a part of it in one disk sector is all zeros: the file grew before its data arrived.
 * It counts as damaged if only its length field is wrong, and in every other case. A file that was not open for writing
 * when the process ended (a snapshot, an older log) has no unfinished end.
 */
import { crc32 } from 'node:zlib';

/** A data file has unreadable content that an interrupted write does not explain. Nothing was changed. */
export class CorruptLogError extends Error {
  readonly code = 'CORRUPT_LOG';

  /** @param following readable records after the damage, in the same file */
  constructor(file: string, offset: number, following: number) {
    const rest = following === 1 ? '1 readable record follows' : `${following} readable records follow`;
    super(
      `The data file ${file} is damaged at byte ${offset}; ${rest} in it. Nothing was changed. ` +
        'Restore the data directory from a backup, or move it aside to start with an empty database.',
    );
    this.name = 'CorruptLogError';
  }
}

const HEADER_BYTES = 8;

/** Size of the length and the terminating zero of a BSON document, with which every payload begins. */
const SMALLEST_DOCUMENT = 5;

/** The smallest unit that a disk writes. */
const SECTOR_BYTES = 512;

/** Documents end with a few zeros anyway. */
const ZEROS_OF_A_GAP = 16;

/** One record: length (uint32), CRC-32 of the payload (uint32), payload; little-endian. */
export function frame(...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const record = Buffer.concat([Buffer.alloc(HEADER_BYTES), ...parts], HEADER_BYTES + length);
  record.writeUInt32LE(length, 0);
  record.writeUInt32LE(crc32(record.subarray(HEADER_BYTES)), 4);
  return record;
}

/**
 * Reads all records up to the end, or up to an unfinished one.
 * @param last whether the file was open for writing when the process ended
 * @returns the offset after the last whole record
 * @throws CorruptLogError
 */
export function readRecords(
  file: string,
  bytes: Buffer,
  last: boolean,
  onPayload: (payload: Buffer) => void,
): number {
  let offset = 0;
  for (let end = endOfRecord(bytes, 0); end !== undefined; end = endOfRecord(bytes, offset)) {
    onPayload(bytes.subarray(offset + HEADER_BYTES, end));
    offset = end;
  }
  if (offset === bytes.length) return offset;
  const following = countRecords(bytes, offset + 1);
  if (!last || following > 0 || !isUnfinished(bytes, offset)) {
    throw new CorruptLogError(file, offset, following);
  }
  return offset;
}

/** Offset of the end of a record; undefined if it is unreadable. */
function endOfRecord(bytes: Buffer, offset: number): number | undefined {
  const start = offset + HEADER_BYTES;
  if (start + SMALLEST_DOCUMENT > bytes.length) return undefined;
  const length = bytes.readUInt32LE(offset);
  const end = start + length;
  if (length < SMALLEST_DOCUMENT || end > bytes.length) return undefined;
  const document = bytes.readUInt32LE(start); // a cheap check, because every offset may be tried
  if (document < SMALLEST_DOCUMENT || document > length || bytes[start + document - 1] !== 0)
    return undefined;
  return crc32(bytes.subarray(start, end)) === bytes.readUInt32LE(offset + 4) ? end : undefined;
}

/** Number of readable records from an offset on, at any position. */
function countRecords(bytes: Buffer, from: number): number {
  let count = 0;
  for (let offset = from; offset < bytes.length;) {
    const end = endOfRecord(bytes, offset);
    if (end !== undefined) count++;
    offset = end ?? offset + 1;
  }
  return count;
}

/** @param offset where the unreadable end of the file begins */
function isUnfinished(bytes: Buffer, offset: number): boolean {
  const start = offset + HEADER_BYTES;
  if (start > bytes.length) return true;
  if (crc32(bytes.subarray(start)) === bytes.readUInt32LE(offset + 4)) return false; // only its length is wrong
  return start + bytes.readUInt32LE(offset) > bytes.length || hasGap(bytes, offset);
}

/** Whether the part of some sector after the offset contains only zeros. */
function hasGap(bytes: Buffer, offset: number): boolean {
  for (let from = offset; from < bytes.length;) {
    const to = Math.min(bytes.length, from - (from % SECTOR_BYTES) + SECTOR_BYTES);
    if (to - from >= ZEROS_OF_A_GAP && bytes.subarray(from, to).every((byte) => byte === 0)) return true;
    from = to;
  }
  return false;
}

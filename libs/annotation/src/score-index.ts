import { createReadStream } from 'node:fs';
import { FileCache } from './file-cache';

/** Lines between two stored offsets: a file of 108,000 lines (an hour at 30 fps) needs 14 kB. */
const STRIDE = 64;

const NEWLINE = 10;

const CHUNK_BYTES = 256 * 1024;

/** Where the lines of a scores file begin. Line n has the detections of frame n. */
interface ScoreIndex {
  /** Lines in the file. */
  readonly lines: number;
  /** The nearest stored line at or before `line`, which must be below `lines`, and its offset. */
  before(line: number): { readonly line: number; readonly byte: number };
}

/** Indexes of scores files. */
export class ScoreIndexes extends FileCache<ScoreIndex> {
  /** @param capacity files to keep */
  constructor(capacity?: number) {
    super(scan, capacity);
  }
}

async function scan(file: string): Promise<ScoreIndex> {
  const offsets = [0];
  let lines = 0;
  let position = 0;
  let end = 0; // of the last complete line
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) {
      end = position + at + 1;
      if (++lines % STRIDE === 0) offsets.push(end);
    }
    position += chunk.length;
  }
  if (position > end) lines++; // the last line may lack its newline
  const stored = Float64Array.from(offsets);
  return {
    lines,
    before(line) {
      const n = Math.min(Math.floor(line / STRIDE), stored.length - 1);
      return { line: n * STRIDE, byte: stored[n] ?? 0 };
    },
  };
}

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

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

interface Entry {
  /** Changes with the file. */
  readonly version: string;
  readonly index: Promise<ScoreIndex>;
}

/** Indexes of scores files: each is built by one scan of its file, shared by all callers, and kept until it changes. */
export class ScoreIndexes {
  private readonly entries = new Map<string, Entry>();

  /** @param capacity files to keep; the least recently used are dropped */
  constructor(private readonly capacity = 64) {}

  /** The number of indexes that are kept. */
  get size(): number {
    return this.entries.size;
  }

  /** @throws the file system's error; a later call tries again */
  async of(file: string): Promise<ScoreIndex> {
    const { mtimeMs, size } = await stat(file);
    const version = `${mtimeMs}-${size}`;
    const known = this.entries.get(file);
    const entry = known?.version === version ? known : { version, index: scan(file) };
    this.entries.delete(file); // a Map keeps insertion order: re-inserted, it is the most recent
    this.entries.set(file, entry);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.capacity && oldest !== undefined) this.entries.delete(oldest);
    try {
      return await entry.index;
    } catch (error) {
      if (this.entries.get(file) === entry) this.entries.delete(file);
      throw error;
    }
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

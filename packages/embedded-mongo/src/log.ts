import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { frame, readRecords } from './records';

const SNAPSHOT_CHUNK_BYTES = 1 << 20;
const fileName = (kind: 'log' | 'snapshot', generation: number) =>
  `${kind}-${String(generation).padStart(8, '0')}`;

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The append-only log. Files of a directory: `snapshot-N` is the whole state at the beginning of `log-N`; the logs from
 * N on are the changes since. Payloads appended during a sync become one record, written and synced together (group
 * commit). `unfinished-*` are truncated ends, kept for inspection; nothing reads or removes them.
 */
export class Log {
  /** Bytes of the logs since the last snapshot, and of that snapshot. */
  bytes = 0;
  snapshotBytes = 0;
  private queue: (Uint8Array | 'rotate')[] = [];
  private running: Promise<void> = Promise.resolve();
  private scheduled: Promise<void> | undefined;
  private compaction: Promise<void> | undefined;

  private constructor(
    private readonly directory: string,
    private generation: number,
    private file: FileHandle,
  ) {}

  /**
   * Replays a directory and opens it for appending. An unfinished record at the very end, which was never acknowledged,
   * is cut off and kept in its own file. See records.ts for how it differs from damage.
   * @param replay called with every payload in order
   * @throws CorruptLogError if a file is damaged, before anything is changed
   */
  static async open(
    directory: string,
    replay: (payload: Buffer) => void,
    logger: (line: string) => void,
  ): Promise<Log> {
    await mkdir(directory, { recursive: true });
    const names = await readdir(directory);
    const generations = (kind: string) =>
      names
        .filter((name) => name.startsWith(`${kind}-`) && !name.endsWith('.tmp'))
        .map((name) => Number(name.slice(kind.length + 1)))
        .sort((a, b) => a - b);
    const base = generations('snapshot').at(-1) ?? 0;
    const logs = generations('log').filter((generation) => generation >= base);
    let snapshotBytes = 0;
    if (base > 0) snapshotBytes = await readWhole(join(directory, fileName('snapshot', base)), replay);
    let bytes = 0;
    const last = logs.at(-1) ?? base;
    for (const generation of logs.slice(0, -1)) {
      bytes += await readWhole(join(directory, fileName('log', generation)), replay);
    }
    const path = join(directory, fileName('log', last));
    const file = await open(path, 'a+');
    const end = await readLast(path, file, replay, logger).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
    await syncDirectory(directory);
    await syncDirectory(dirname(directory));
    const log = new Log(directory, last, file);
    log.bytes = bytes + end;
    log.snapshotBytes = snapshotBytes;
    await log.removeBefore(base);
    return log;
  }

  /** Queues a record; `flushed` resolves when it is on disk. */
  append(payload: Uint8Array): void {
    this.enqueue(payload);
  }

  /** Resolves when everything appended so far is synced. Rejects if a write failed. */
  flushed(): Promise<void> {
    return this.scheduled ?? this.running;
  }

  get isCompacting(): boolean {
    return this.compaction !== undefined;
  }

  /**
   * Writes a snapshot and deletes the logs before it; appends continue meanwhile.
   * @param payloads the state at the time of the call, as records
   */
  compact(payloads: Iterable<Uint8Array>): Promise<void> {
    this.enqueue('rotate');
    const rotated = this.flushed();
    const base = this.generation + 1;
    this.compaction = rotated
      .then(() => this.writeSnapshot(base, payloads))
      .then(() => this.removeBefore(base))
      .finally(() => (this.compaction = undefined));
    return this.compaction;
  }

  async close(): Promise<void> {
    await this.compaction?.catch(() => undefined);
    await this.flushed().catch(() => undefined);
    await this.file.close();
  }

  private enqueue(item: Uint8Array | 'rotate'): void {
    this.queue.push(item);
    if (this.scheduled) return;
    this.scheduled = this.running.then(() => this.flush());
    this.scheduled.catch(() => undefined); // reported by flushed()
  }

  private async flush(): Promise<void> {
    if (this.scheduled) this.running = this.scheduled;
    this.scheduled = undefined;
    const batch = this.queue;
    this.queue = [];
    const rotation = batch.indexOf('rotate');
    const payloads = (items: (Uint8Array | 'rotate')[]) => items.filter((item) => item !== 'rotate');
    await this.write(payloads(rotation < 0 ? batch : batch.slice(0, rotation)));
    if (rotation >= 0) {
      await this.rotate();
      await this.write(payloads(batch.slice(rotation)));
    }
  }

  /** Writes everything as one record, so that a crash leaves at most one unfinished record with nothing after it. */
  private async write(payloads: Uint8Array[]): Promise<void> {
    if (payloads.length === 0) return;
    const bytes = frame(...payloads);
    await this.file.appendFile(bytes);
    await this.file.datasync();
    this.bytes += bytes.length;
  }

  private async rotate(): Promise<void> {
    const next = await open(join(this.directory, fileName('log', this.generation + 1)), 'a');
    await syncDirectory(this.directory);
    await this.file.close();
    this.file = next;
    this.generation++;
    this.bytes = 0;
  }

  private async writeSnapshot(generation: number, payloads: Iterable<Uint8Array>): Promise<void> {
    const path = join(this.directory, fileName('snapshot', generation));
    const file = await open(`${path}.tmp`, 'w');
    let total = 0;
    try {
      let chunk: Buffer[] = [];
      let size = 0;
      for (const payload of payloads) {
        const record = frame(payload);
        chunk.push(record);
        size += record.length;
        total += record.length;
        if (size < SNAPSHOT_CHUNK_BYTES) continue;
        await file.appendFile(Buffer.concat(chunk));
        chunk = [];
        size = 0;
      }
      await file.appendFile(Buffer.concat(chunk));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.tmp`, path);
    await syncDirectory(this.directory);
    this.snapshotBytes = total;
  }

  /** Removes the files that a snapshot replaces, and unfinished snapshots. */
  private async removeBefore(base: number): Promise<void> {
    for (const name of await readdir(this.directory)) {
      const match = /^(?:log|snapshot)-(\d+)(\.tmp)?$/.exec(name);
      if (match && (Number(match[1]) < base || match[2])) await rm(join(this.directory, name));
    }
  }
}

async function readWhole(path: string, replay: (payload: Buffer) => void): Promise<number> {
  return readRecords(path, await readFile(path), false, replay);
}

/** Reads the latest log and cuts off its unfinished end. @returns its remaining length */
async function readLast(
  path: string,
  file: FileHandle,
  replay: (payload: Buffer) => void,
  logger: (line: string) => void,
): Promise<number> {
  const content = await file.readFile();
  const end = readRecords(path, content, true, replay);
  if (end === content.length) return end;
  const kept = join(dirname(path), `unfinished-${basename(path)}-at-${end}-${Date.now()}`);
  await writeFile(kept, content.subarray(end), { flag: 'wx', flush: true });
  await syncDirectory(dirname(path));
  logger(
    `Cut ${content.length - end} bytes of an unfinished write off the end of ${path}; they are kept in ${kept}`,
  );
  await file.truncate(end);
  await file.sync();
  return end;
}

import { appendFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseDatabase } from '../../../scripts/start/database';
import { CorruptLogError } from '../src';
import { withDirectory, withServer } from './support';

const HEADER_BYTES = 8;
const TEXT = 'x'.repeat(300);

/** Writes documents 0 to n - 1, waiting for each acknowledgement. */
async function fill(dataDir: string, n: number, options = {}): Promise<void> {
  await withServer(
    dataDir,
    async (client) => {
      const things = client.db('d').collection<{ _id: number; text: string }>('things');
      for (let _id = 0; _id < n; _id++) await things.insertOne({ _id, text: TEXT });
    },
    options,
  );
}

async function count(dataDir: string, logger: (line: string) => void = () => undefined): Promise<number> {
  let found = NaN;
  await withServer(
    dataDir,
    async (client) => (found = await client.db('d').collection('things').countDocuments()),
    { logger },
  );
  return found;
}

/** All data files with their bytes. */
async function contents(dataDir: string): Promise<Record<string, string>> {
  const names = await readdir(join(dataDir, 'data'));
  const files = names.map(async (name) => [name, await readFile(join(dataDir, 'data', name), 'hex')]);
  return Object.fromEntries((await Promise.all(files)) as [string, string][]);
}

/** Offset of each record in a data file. */
function offsetsOf(bytes: Buffer): number[] {
  const offsets = [];
  for (let at = 0; at < bytes.length; at += HEADER_BYTES + bytes.readUInt32LE(at)) offsets.push(at);
  return offsets;
}

async function edit(dataDir: string, name: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  const path = join(dataDir, 'data', name);
  await writeFile(path, change(await readFile(path)));
}

/** Flips one bit. */
const flip = (bytes: Buffer, at: number, bit = 0): Buffer => {
  bytes[at]! ^= 1 << bit;
  return bytes;
};

/** Expects a start to fail with this error and without changes. */
async function expectRefusal(dataDir: string, file: string, offset: number, following: number) {
  const before = await contents(dataDir);
  const error = await count(dataDir).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CorruptLogError);
  const rest = following === 1 ? '1 readable record follows' : `${following} readable records follow`;
  expect((error as Error).message).toBe(
    `The data file ${join(dataDir, 'data', file)} is damaged at byte ${offset}; ${rest} in it. Nothing was changed. ` +
      'Restore the data directory from a backup, or move it aside to start with an empty database.',
  );
  expect(await contents(dataDir)).toEqual(before);
}

const LOG = 'log-00000000';

describe('one flipped bit in the last log prevents startup and changes nothing', () => {
  it.each([
    ['the payload of a record in the middle', 10, 8 + 200, 0],
    ['the checksum', 10, 4, 3],
    ['the length, which becomes a little longer', 10, 0, 1],
    ['the length, which exceeds the file', 10, 3, 6],
    ['the length of the first document', 10, 8, 2],
    ['the very first byte', 0, 0, 0],
    ['the payload of the last record', -1, 8 + 200, 5],
    ['the checksum of the last record', -1, 5, 0],
    ['the length of the last record, which becomes shorter', -1, 0, 4],
    ['the length of the last record, which exceeds the file', -1, 2, 7],
  ])('in %s', async (_, record, byte, bit) => {
    await withDirectory(async (directory) => {
      await fill(directory, 20);
      let damaged = NaN;
      let following = NaN;
      await edit(directory, LOG, (bytes) => {
        const offsets = offsetsOf(bytes);
        damaged = offsets.at(record)!;
        following = offsets.length - 1 - offsets.indexOf(damaged);
        return flip(bytes, damaged + byte, bit);
      });
      await expectRefusal(directory, LOG, damaged, following);
    });
  });
});

it('counts the readable records between and after several damaged positions', async () => {
  await withDirectory(async (directory) => {
    await fill(directory, 20);
    let offsets: number[] = [];
    await edit(directory, LOG, (bytes) => {
      offsets = offsetsOf(bytes);
      for (const n of [5, 9]) flip(bytes, offsets[n]! + 100);
      return bytes;
    });
    await expectRefusal(directory, LOG, offsets[5]!, offsets.length - 7);
  });
});

it.each(['snapshot', 'log'])('refuses a damaged or shortened %s that was complete', async (kind) => {
  await withDirectory(async (directory) => {
    await fill(directory, 60, { compactAfterBytes: 10_000 });
    const names = Object.keys(await contents(directory)).sort();
    const name = names.find((found) => found.startsWith(kind))!;
    // a log after this one makes it an older log
    if (kind === 'log') {
      const next = `log-${String(Number(name.slice(4)) + 1).padStart(8, '0')}`;
      await writeFile(join(directory, 'data', next), '');
    }
    const path = join(directory, 'data', name);
    const whole = await readFile(path);
    const offsets = offsetsOf(whole);
    for (const byte of [0, 3, 6, 60]) {
      await writeFile(path, flip(Buffer.from(whole), offsets[1]! + byte));
      await expectRefusal(directory, name, offsets[1]!, offsets.length - 2);
    }
    await writeFile(path, whole.subarray(0, -1));
    await expectRefusal(directory, name, offsets.at(-1)!, 0);
  });
});

describe('startup with an unfinished write at the end of the log', () => {
  async function expectCut(directory: string, change: (bytes: Buffer, last: number) => Buffer) {
    await fill(directory, 20);
    let last = NaN;
    let tail: Buffer = Buffer.alloc(0);
    await edit(directory, LOG, (bytes) => {
      last = offsetsOf(bytes).at(-1)!;
      const changed = change(bytes, last);
      tail = changed.subarray(last);
      return changed;
    });
    const lines: string[] = [];
    expect(await count(directory, (line) => lines.push(line))).toBe(19);
    const files = await contents(directory);
    const [kept] = Object.keys(files).filter((name) => name.startsWith('unfinished-'));
    expect(kept).toMatch(new RegExp(`^unfinished-${LOG}-at-${last}-\\d+$`));
    expect(files[kept!]).toBe(tail.toString('hex'));
    expect(files[LOG]).toHaveLength(2 * last);
    expect(lines).toEqual([
      expect.stringContaining(`Cut ${tail.length} bytes of an unfinished write off the end`),
    ]);
    expect(await count(directory)).toBe(19);
  }

  it.each([1, 3, 100, 300])('cuts off and keeps a write truncated by %i bytes', (bytes) =>
    withDirectory((directory) => expectCut(directory, (all) => all.subarray(0, -bytes))),
  );

  it('cuts off and keeps a write truncated within its header', () =>
    withDirectory((directory) => expectCut(directory, (all, last) => all.subarray(0, last + 5))));

  it('cuts off and keeps a write of full length with only zeros from the next sector on', () =>
    withDirectory((directory) =>
      expectCut(directory, (all, last) => {
        const sector = Math.ceil((last + 1) / 512) * 512;
        return all.fill(0, all.length - sector >= 16 ? sector : last);
      }),
    ));

  it('cuts off and keeps a write of only zeros', () =>
    withDirectory((directory) => expectCut(directory, (all, last) => all.fill(0, last))));
});

it('writes concurrent changes as one record, so nothing readable follows an unfinished one', async () => {
  await withDirectory(async (directory) => {
    await withServer(directory, async (client) => {
      const things = client.db('d').collection<{ _id: number }>('things');
      await Promise.all(Array.from({ length: 100 }, (_, _id) => things.insertOne({ _id })));
    });
    expect(await count(directory)).toBe(100);
    const path = join(directory, 'data', LOG);
    const bytes = await readFile(path);
    const offsets = offsetsOf(bytes);
    expect(offsets.length).toBeLessThan(100);
    await truncate(path, offsets.at(-1)! + 10);
    await appendFile(path, Buffer.alloc(0));
    expect(await count(directory)).toBeLessThan(100);
  });
});

it('`npm start` shows the message as the reason', async () => {
  await withDirectory(async (dataDir) => {
    const directory = join(dataDir, 'embedded-mongo');
    await mkdir(directory);
    await fill(directory, 20);
    await edit(directory, LOG, (bytes) => flip(bytes, offsetsOf(bytes)[10]! + 100));
    const start = chooseDatabase(undefined, dataDir, { output: 'inherit', onCrash: () => undefined });
    await expect(start).rejects.toThrow(
      /^The data file \S+log-00000000 is damaged at byte \d+; \d+ readable records follow in it\. .* empty database\.$/,
    );
  });
});

import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScoreIndexes } from './score-index';
import { encodeFrame, readFrames } from './scores';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxreel-index-'));
  file = join(folder, 'detections.ndjson');
});
afterEach(() => rm(folder, { recursive: true }));

const lines = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    encodeFrame(n, [{ label: 'é'.repeat(n % 7), classIndex: 0, score: 0.5, box: [0, 0, 1, 1] }]),
  ).join('');

it('finds the beginning of lines throughout a file of several chunks', async () => {
  await writeFile(file, lines(5_000));
  const index = await new ScoreIndexes().of(file);
  expect(index.lines).toBe(5_000);
  for (const wanted of [0, 1, 63, 64, 65, 2_500, 4_999]) {
    const from = index.before(wanted);
    expect(wanted - from.line).toBeLessThan(64);
    for await (const { n } of readFrames(file, from)) {
      expect(n).toBe(from.line);
      break;
    }
  }
});

it('counts a last line without a newline, and no line in an empty file', async () => {
  const indexes = new ScoreIndexes();
  await writeFile(file, lines(64).trimEnd());
  expect((await indexes.of(file)).lines).toBe(64);
  await writeFile(file, '');
  expect((await indexes.of(file)).lines).toBe(0);
});

it('scans a file once, and again when it has changed', async () => {
  const indexes = new ScoreIndexes();
  await writeFile(file, lines(3));
  const [first, second] = await Promise.all([indexes.of(file), indexes.of(file)]);
  expect(second).toBe(first);
  await appendFile(file, lines(2));
  expect((await indexes.of(file)).lines).toBe(5);
});

it('drops the least recently used index, and forgets a failed scan', async () => {
  const indexes = new ScoreIndexes(2);
  const files = ['a', 'b', 'c'].map((name) => join(folder, name));
  for (const one of files) await writeFile(one, lines(1));
  const first = await indexes.of(files[0]!);
  await indexes.of(files[1]!);
  expect(await indexes.of(files[0]!)).toBe(first);
  await indexes.of(files[2]!);
  expect(indexes.size).toBe(2);
  expect(await indexes.of(files[0]!)).toBe(first);
  await expect(indexes.of(folder)).rejects.toThrow();
  expect(indexes.size).toBe(1);
});

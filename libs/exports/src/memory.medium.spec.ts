import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../../test/support/video';
import { writeScores } from '../test/scores-file';
import { FORMAT_NAMES } from './formats';

jest.setTimeout(120_000);

/** Two hours of video at 30 frames a second, nearly; and a few frames, for what the process itself needs. */
const MANY = 200_000;
const FEW = 100;

/** The most that many frames may take more than few, in MB: a heap that is full, and no copy of what was written. */
const MARGIN = 64;

let folder: string;
const scores = (frames: number) => join(folder, `${frames}.ndjson`);

beforeAll(async () => {
  folder = await temporaryFolder();
  for (const frames of [MANY, FEW]) await writeScores(scores(frames), frames);
});
afterAll(() => rm(folder, { recursive: true }));

async function read(...args: string[]): Promise<{ bytes: number; peak: number }> {
  const reader = join(__dirname, '../test/slow-reader.js');
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-old-space-size=64',
    reader,
    ...args,
  ]);
  return JSON.parse(stdout) as { bytes: number; peak: number };
}

it.each(FORMAT_NAMES)('%s takes no more memory for many frames than for few', async (format) => {
  const few = await read(format, scores(FEW));
  const many = await read(format, scores(MANY));
  expect(many.bytes).toBeGreaterThan(500 * few.bytes);
  expect(many.peak - few.peak).toBeLessThan(MARGIN);
});

it('a ZIP takes no more memory for many files than for few, but for eight bytes a file', async () => {
  const few = await read('zip', String(FEW));
  const many = await read('zip', String(MANY));
  expect(many.bytes).toBeGreaterThan(1000 * few.bytes);
  expect(many.peak - few.peak).toBeLessThan(MARGIN);
});

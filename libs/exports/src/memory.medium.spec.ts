import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../../test/support/video';
import { writeTracked } from '../test/scores-file';
import { FORMAT_NAMES } from './formats';

/** Almost an hour of video at 30 fps, and a few frames as the baseline of the process. */
const MANY = 100_000;
const FEW = 100;

/** Maximum additional memory for many frames, in MB: a full heap, but no copy of the output. */
const MARGIN = 64;

let folder: string;
const scores = (frames: number) => join(folder, `${frames}.ndjson`);
const tracks = (frames: number) => join(folder, `${frames}.tracks.json`);

beforeAll(async () => {
  folder = await temporaryFolder();
  for (const frames of [MANY, FEW]) await writeTracked(scores(frames), tracks(frames), frames);
});
afterAll(() => rm(folder, { recursive: true }));

async function read(...args: string[]): Promise<{ bytes: number; peak: number }> {
  const reader = join(__dirname, '../test/slow-reader.js');
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-old-space-size=64',
    '--max-semi-space-size=4', // Node 24 would let short-lived objects fill 96 MB before it collects them
    reader,
    ...args,
  ]);
  return JSON.parse(stdout) as { bytes: number; peak: number };
}

const ofVideo = (format: string, frames: number) =>
  read(format, scores(frames), tracks(frames), String(frames));

it.each(FORMAT_NAMES)('%s needs constant memory for any number of frames', async (format) => {
  const [few, many] = [await ofVideo(format, FEW), await ofVideo(format, MANY)];
  expect(many.bytes).toBeGreaterThan(500 * few.bytes);
  expect(many.peak - few.peak).toBeLessThan(MARGIN);
});

it('a ZIP needs constant memory plus eight bytes per file', async () => {
  const few = await read('zip', String(FEW));
  const many = await read('zip', String(MANY));
  expect(many.bytes).toBeGreaterThan(500 * few.bytes);
  expect(many.peak - few.peak).toBeLessThan(MARGIN);
});

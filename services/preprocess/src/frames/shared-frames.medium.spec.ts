import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageContext } from '#stage';
import { Workspace } from '#workspace';
import { newJob, startDatabase, type TestDatabase } from '../../../../test/support/database';
import { temporaryFolder } from '../../../../test/support/video';
import { SharedFrames } from './shared-frames';

let root: string;
let db: TestDatabase;
beforeAll(async () => (db = await startDatabase()));
afterAll(() => db.close());
beforeEach(async () => (root = await temporaryFolder()));
afterEach(() => rm(root, { recursive: true }));

/** Runs a job again without frame files. @param stored whether the record of the first job says that frames are stored */
async function linkedFrom(stored: boolean | undefined, frameFiles = false): Promise<string[] | undefined> {
  const origin = randomBytes(12).toString('hex');
  await db.jobs.enqueue(origin, newJob());
  const recorded = stored === undefined ? {} : { frameFiles: stored };
  await db.edit(origin, { $set: { 'video.sourceFrames': 50, ...recorded } });
  await mkdir(join(root, origin));
  for (const file of ['timeline.json', 'thumbnail.jpg']) await writeFile(join(root, origin, file), file);
  await mkdir(join(root, `attempt-${origin}`));
  const attempt = { path: (...parts: string[]) => join(root, `attempt-${origin}`, ...parts) };
  const context = {
    job: { origin },
    attempt,
    signal: new AbortController().signal,
    progress: () => undefined,
  };
  const linked = await new SharedFrames(db.jobs, new Workspace(root)).link(
    context as unknown as StageContext,
    frameFiles,
  );
  return linked && (await readdir(attempt.path())).sort();
}

it.each([true, false])(
  'links the timeline of a job whose record says how frames are kept (%s)',
  async (stored) => {
    expect(await linkedFrom(stored)).toEqual(['thumbnail.jpg', 'timeline.json']);
  },
);

it('decodes the source of a job of an earlier version, whose timeline lacks the track', async () => {
  expect(await linkedFrom(undefined)).toBeUndefined();
});

it('decodes the source if frames are wanted and the first job stored none', async () => {
  expect(await linkedFrom(false, true)).toBeUndefined();
});

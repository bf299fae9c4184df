import { appendFile, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageContext } from '#stage';
import { Workspace } from '#workspace';
import { H264, ffmpeg, source, temporaryFolder } from '../../../../test/support/video';
import { startDatabase, type TestDatabase } from '../../../../test/support/database';
import { SharedFrames } from './shared-frames';
import { SplitHandler } from './split.handler';

const id = '64b000000000000000000001';
const options = {
  VIDEO_MAX_SECONDS: 100,
  VIDEO_MAX_PIXELS: 1e6,
  VIDEO_MAX_FPS: 100,
  VIDEO_MAX_FRAMES: 1000,
  FFMPEG_MEMORY_MB: 1024,
  FFMPEG_TIME_FACTOR: 100,
  JPEG_QUALITY: 90,
  ARTIFACTS: 'full' as const,
};

let root: string;
let db: TestDatabase;

beforeAll(async () => {
  db = await startDatabase();
});
afterAll(() => db.close());

beforeEach(async () => (root = await temporaryFolder()));
afterEach(() => rm(root, { recursive: true }));

it('reports the duration of a video made of two concatenated recordings', async () => {
  const workspace = new Workspace(root);
  await mkdir(join(root, id, 'src'), { recursive: true });
  const clip = await ffmpeg(
    join(root, id, 'src/clip.ts'),
    ...source('testsrc2=s=64x48:r=10:d=2'),
    ...H264,
    '-bf',
    '0',
  );
  await appendFile(clip, await readFile(clip));
  const attempt = (...parts: string[]) => join(root, 'attempt', ...parts);
  await mkdir(attempt());

  const { video } = await new SplitHandler(workspace, new SharedFrames(db.jobs, workspace), options).run({
    id,
    job: {},
    attempt: { path: attempt },
    signal: new AbortController().signal,
    progress: () => undefined,
  } as unknown as StageContext);

  expect(await readdir(attempt('src_frame'))).toHaveLength(40);
  expect(video).toMatchObject({ frames: 40, duration: 4 });
});

import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobRepository, KeyReusedError, type Job } from '#jobs';
import { Workspace } from '#workspace';
import { startDatabase, type TestDatabase } from '../../../../test/support/database';
import { repositoryRoot } from '../../../../test/support/test-data';
import { H264, ffmpeg, source } from '../../../../test/support/video';
import { SubmissionService } from '../jobs/submission.service';
import { Catalogue } from '../models/catalogue';
import { Callbacks } from '../webhooks/callbacks';
import { IntakeService } from './intake.service';
import type { Limits } from './limits';

/** Inserts, then loses the connection before the response. */
class LosesAnswers extends JobRepository {
  override async enqueue(...args: Parameters<JobRepository['enqueue']>): Promise<Job> {
    await super.enqueue(...args);
    throw new Error('connection closed');
  }
}

const limits = {
  VIDEO_MAX_SECONDS: 60,
  VIDEO_MAX_PIXELS: 1e6,
  VIDEO_MAX_FPS: 60,
  VIDEO_MAX_FRAMES: 1000,
  FFMPEG_MEMORY_MB: 1000,
  FFMPEG_TIME_FACTOR: 100,
} as Limits;

let db: TestDatabase;
let root: string;
let workspace: Workspace;
let clip: string;

beforeAll(async () => {
  db = await startDatabase();
  root = await mkdtemp(join(tmpdir(), 'intake-'));
  workspace = new Workspace(join(root, 'volume'));
  await mkdir(workspace.root);
  clip = await ffmpeg(join(root, 'clip.mp4'), ...source('testsrc2=s=64x48:r=5:d=1'), ...H264);
});
afterAll(async () => {
  await db.close();
  await rm(root, { recursive: true });
});

function submissions(jobs: JobRepository): SubmissionService {
  const catalogue = new Catalogue(join(repositoryRoot, 'models'), 'ssdlite-mobilenetv2');
  const intake = new IntakeService(jobs, workspace, catalogue, new Callbacks(false, []), db.presets, limits);
  return new SubmissionService(jobs, workspace, intake);
}

async function arrived() {
  const arrival = await workspace.receive('clip.mp4');
  await copyFile(clip, arrival.path);
  return { ...arrival, arrivedAt: performance.now() };
}

it('keeps the file when the response to the insert is lost; the next request finds the job', async () => {
  const model = db.connection.model<Job>('Job');
  await expect(submissions(new LosesAnswers(model)).submit(await arrived(), {}, 'a-key')).rejects.toThrow(
    'connection closed',
  );
  const { job, created } = await submissions(db.jobs).submit(await arrived(), {}, 'a-key');
  expect(created).toBe(false);
  const id = job._id.toHexString();
  expect(existsSync(await workspace.source(id))).toBe(true);
  expect(await readdir(join(workspace.root, '.incoming'))).toEqual([]);
});

it('creates one job and one folder for two concurrent requests with the same key', async () => {
  const service = submissions(db.jobs);
  const files = [await arrived(), await arrived()];
  const made = await Promise.all(files.map((file) => service.submit(file, {}, 'b-key')));
  const ids = new Set(made.map(({ job }) => job._id.toHexString()));
  expect(ids.size).toBe(1);
  expect(made.map(({ created }) => created).sort()).toEqual([false, true]);
  const folders = (await readdir(workspace.root)).filter((name) => /^[0-9a-f]{24}$/.test(name));
  expect(folders).toHaveLength(2); // this one and that of the previous test
});

it('refuses a key that was used with a different video of the same name and size', async () => {
  const service = submissions(db.jobs);
  await service.submit(await arrived(), {}, 'c-key');
  const other = await arrived();
  const content = await readFile(other.path);
  await writeFile(other.path, content.fill(content.at(-1)! ^ 1, content.length - 1));
  await expect(service.submit(other, {}, 'c-key')).rejects.toThrow(KeyReusedError);
  expect(await readdir(join(workspace.root, '.incoming'))).toEqual([]);
});

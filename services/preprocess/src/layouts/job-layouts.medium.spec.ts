import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodeFrame, writeTracks } from '#annotation/files';
import { layoutSchema } from '#contract';
import { newJobId } from '#jobs';
import { Workspace } from '#workspace';
import { newJob, startDatabase, type TestDatabase } from '../../../../test/support/database';
import { JobLayouts } from './job-layouts.service';

let db: TestDatabase;
let root: string;
let workspace: Workspace;
let layouts: JobLayouts;

beforeAll(async () => {
  db = await startDatabase();
  root = await mkdtemp(join(tmpdir(), 'layouts-'));
  workspace = new Workspace(root);
  layouts = new JobLayouts(db.jobs, db.finished, workspace);
});
afterEach(() => db.clear());
afterAll(async () => {
  await db.close();
  await rm(root, { recursive: true });
});

/** From the left to the right edge: left is up. */
const gateAt = (y: number) => layoutSchema.parse({ lines: [{ name: 'Gate', from: [0, y], to: [1, y] }] });

/** A complete job in which an object moves down from 0.2 to 0.8. */
async function completeJob(): Promise<string> {
  const id = newJobId();
  await db.jobs.enqueue(id, newJob());
  await db.edit(id, { $set: { STATUS: 'POSTPROCESSING_COMPLETE' } });
  await mkdir(join(root, id));
  const lines = Array.from({ length: 7 }, (_, n) =>
    encodeFrame(n, [{ label: 'car', classIndex: 2, score: 0.9, box: [0.4, 0, 0.6, 0.2 + n / 10], track: 1 }]),
  );
  await writeFile(workspace.path(id, 'detections.ndjson'), lines.join(''));
  await writeTracks(workspace.path(id, 'tracks.json'), { frameRate: 25, tracks: [] });
  return id;
}

it('replaces the events of a job, and leaves no temporary files', async () => {
  const id = await completeJob();
  expect((await layouts.set(id, gateAt(0.5))).events).toMatchObject([{ frame: 3, direction: 'right' }]);
  await layouts.set(id, gateAt(0.65));
  expect((await layouts.readEvents(id)).events).toMatchObject([{ frame: 5 }]);
  expect(await layouts.get(id)).toEqual(gateAt(0.65));
  expect((await readdir(join(root, id))).sort()).toEqual(['detections.ndjson', 'events.json', 'tracks.json']);
});

it('keeps the record and the file in step when several clients set lines and zones', async () => {
  const id = await completeJob();
  await Promise.all([0.3, 0.4, 0.5, 0.6].map((y) => layouts.set(id, gateAt(y))));
  expect((await layouts.readEvents(id)).layout).toEqual(await layouts.get(id));
});

it('explains a job without detections', async () => {
  const id = await completeJob();
  await rm(workspace.path(id, 'detections.ndjson'));
  await expect(layouts.set(id, gateAt(0.5))).rejects.toThrow(
    `The detections of job ${id} are not on the volume: run its video again.`,
  );
});

it('explains a job that is deleted while it is counted', async () => {
  const id = await completeJob();
  const detections = workspace.path(id, 'detections.ndjson');
  await rm(detections);
  await promisify(execFile)('mkfifo', [detections]);
  const counting = layouts.set(id, gateAt(0.5));
  const pipe = await open(detections, 'w'); // opens once the other side reads
  await db.jobs.delete(id);
  await pipe.close();
  await expect(counting).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
});

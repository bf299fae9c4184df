import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FinishedJobs, STATUSES, isFinal, newJobId, type Job, type Status } from '#jobs';
import { Workspace } from '#workspace';
import { newJob, startDatabase, type TestDatabase } from '../../../../test/support/database';
import { sweepAttempts, sweepOrphans } from './orphans';
import { expire } from './retention';

const HOUR = 3_600_000;
const { signal } = new AbortController();

let db: TestDatabase;
let jobs: FinishedJobs;
let workspace: Workspace;

beforeAll(async () => {
  db = await startDatabase();
  jobs = new FinishedJobs(db.connection.model<Job>('Job'));
});
beforeEach(async () => (workspace = new Workspace(await mkdtemp(join(tmpdir(), 'housekeeping-')))));
afterEach(async () => {
  await db.clear();
  await rm(workspace.root, { recursive: true });
});
afterAll(() => db.close());

/** A job that reached its status some hours ago, with a file of so many bytes. */
async function job(status: Status, { hoursAgo = 0, bytes = 1000 } = {}): Promise<string> {
  const id = newJobId();
  await db.jobs.enqueue(id, newJob());
  const at = new Date(Date.now() - hoursAgo * HOUR);
  const end = status === 'POSTPROCESSING_COMPLETE' ? { PROCESS_END: at } : { error: { at } };
  await db.edit(id, { $set: { STATUS: status, ...end } });
  await mkdir(join(workspace.root, id, 'src'), { recursive: true });
  await writeFile(join(workspace.root, id, 'src/clip.mp4'), Buffer.alloc(bytes));
  return id;
}

/** Whether the record and the folder are there; they have to agree. */
async function isThere(id: string): Promise<boolean> {
  const record = (await db.raw(id)) !== null;
  expect(existsSync(join(workspace.root, id))).toBe(record);
  return record;
}

const none = { maxAgeMs: undefined, maxBytes: undefined };

describe('retention', () => {
  it('removes jobs some time after they have ended, complete or failed, record and files', async () => {
    const old = [
      await job('POSTPROCESSING_COMPLETE', { hoursAgo: 3 }),
      await job('INFERENCING_ERROR', { hoursAgo: 3 }),
    ];
    const young = await job('POSTPROCESSING_COMPLETE', { hoursAgo: 1 });
    expect(await expire(jobs, workspace, { ...none, maxAgeMs: 2 * HOUR }, signal)).toEqual(old);
    expect(await Promise.all([...old, young].map(isThere))).toEqual([false, false, true]);
  });

  it('removes the oldest while all together are too large', async () => {
    const sizes = [5000, 3000, 2000, 4000];
    const ids = [];
    for (const [k, bytes] of sizes.entries()) {
      ids.push(await job('POSTPROCESSING_COMPLETE', { hoursAgo: 10 - k, bytes }));
    }
    expect(await expire(jobs, workspace, { ...none, maxBytes: 7000 }, signal)).toEqual(ids.slice(0, 2));
    expect(await expire(jobs, workspace, { ...none, maxBytes: 7000 }, signal)).toEqual([]);
    expect(await db.raw(ids[3]!)).toMatchObject({ bytes: 4000 }); // counted once
  });

  it('counts a job anew that was started again since it was counted', async () => {
    const id = await job('INFERENCING_ERROR', { hoursAgo: 3, bytes: 1000 });
    expect(await expire(jobs, workspace, { ...none, maxBytes: 7000 }, signal)).toEqual([]);
    await db.jobs.restart(id, 'infer');
    await writeFile(join(workspace.root, id, 'src/clip.mp4'), Buffer.alloc(8000));
    await db.edit(id, { $set: { STATUS: 'POSTPROCESSING_COMPLETE', PROCESS_END: new Date() } });
    expect(await expire(jobs, workspace, { ...none, maxBytes: 7000 }, signal)).toEqual([id]);
  });

  it.each(STATUSES.filter((status) => !isFinal(status)))(
    'leaves a job in %s alone, however old',
    async (status) => {
      const id = await job(status, { hoursAgo: 10_000 });
      expect(await expire(jobs, workspace, { maxAgeMs: 0, maxBytes: 0 }, signal)).toEqual([]);
      expect(await isThere(id)).toBe(true);
    },
  );

  it('removes nothing where there are no limits', async () => {
    await job('POSTPROCESSING_COMPLETE', { hoursAgo: 10_000, bytes: 100_000 });
    expect(await expire(jobs, workspace, none, signal)).toEqual([]);
  });

  it('leaves a job that was taken up again since it was looked at', async () => {
    const id = await job('INFERENCING_ERROR', { hoursAgo: 3 });
    await db.edit(id, { $set: { STATUS: 'PREPROCESSING_COMPLETE' } });
    expect(await jobs.remove(id)).toBe(false);
    expect(await isThere(id)).toBe(true);
  });
});

describe('orphans', () => {
  async function folder(hoursAgo: number): Promise<string> {
    const id = newJobId();
    const path = join(workspace.root, id);
    await mkdir(path);
    await utimes(path, new Date(), new Date(Date.now() - hoursAgo * HOUR));
    return id;
  }

  it('are removed when they are old; younger ones and those of jobs stay', async () => {
    const [old, young] = [await folder(2), await folder(0)];
    const known = await job('ENQUEUE');
    await utimes(join(workspace.root, known), new Date(), new Date(Date.now() - 2 * HOUR));
    expect(await sweepOrphans(jobs, workspace, HOUR, signal)).toEqual([old]);
    expect([old, young, known].map((id) => existsSync(join(workspace.root, id)))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('are not the folders of uploads that took long and whose record is just being made', async () => {
    const id = newJobId();
    const arrival = await workspace.receive('clip.mp4');
    await writeFile(arrival.path, 'video');
    const began = new Date(Date.now() - 2 * HOUR);
    await utimes(arrival.folder, began, began);
    await workspace.admit(id, arrival);
    expect(await sweepOrphans(jobs, workspace, HOUR, signal)).toEqual([]);
    expect(existsSync(join(workspace.root, id))).toBe(true);
  });

  it('of killed workers are removed once the job has ended; what it made stays', async () => {
    const ended = await job('POSTPROCESSING_COMPLETE', { hoursAgo: 2 });
    const running = await job('INFERENCING', { hoursAgo: 2 });
    const attempt = (id: string) => join(workspace.root, id, '.attempt-3-infer-token');
    for (const id of [ended, running]) await mkdir(join(attempt(id), 'txts'), { recursive: true });
    await sweepAttempts(jobs, workspace, HOUR, signal);
    expect([ended, running].map((id) => existsSync(attempt(id)))).toEqual([false, true]);
    expect(existsSync(join(workspace.root, ended, 'src/clip.mp4'))).toBe(true);
  });

  it('are not what works on a job that was started again since it was listed', async () => {
    const id = await job('INFERENCING_ERROR', { hoursAgo: 2 });
    const attempt = join(workspace.root, id, '.attempt-4-infer-token');
    class StartedAgain extends FinishedJobs {
      override async *list(): ReturnType<FinishedJobs['list']> {
        for await (const listed of super.list()) {
          await db.edit(id, { $set: { STATUS: 'INFERENCING' } });
          await mkdir(attempt);
          yield listed;
        }
      }
    }
    const stale = new StartedAgain(db.connection.model<Job>('Job'));
    await sweepAttempts(stale, workspace, HOUR, signal);
    expect(existsSync(attempt)).toBe(true);
  });

  it('are found among a thousand others', async () => {
    const ids = await Promise.all(Array.from({ length: 1001 }, () => folder(2)));
    expect(new Set(await sweepOrphans(jobs, workspace, HOUR, signal))).toEqual(new Set(ids));
  });
});

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { FinishedJobs, STATUSES, isFinal, newJobId, type Job, type Rendering, type Status } from '#jobs';
import { Workspace } from '#workspace';
import { newJob, startDatabase, type TestDatabase } from '../../../../test/support/database';
import { Housekeeper } from './housekeeper';
import { sweepAttempts, sweepOrphans, sweepQuarantine } from './orphans';
import { expire } from './retention';

const HOUR = 3_600_000;
const { signal } = new AbortController();

let db: TestDatabase;
let jobs: FinishedJobs;
let workspace: Workspace;

beforeAll(async () => {
  db = await startDatabase();
  jobs = db.finished;
});
beforeEach(async () => (workspace = new Workspace(await mkdtemp(join(tmpdir(), 'housekeeping-')))));
afterEach(async () => {
  await db.clear();
  await rm(workspace.root, { recursive: true });
});
afterAll(() => db.close());

/** The models that a repository of its own needs. */
const models = () => [db.connection.model<Job>('Job'), db.connection.model<Rendering>('Rendering')] as const;

/** A job that reached its status `hoursAgo`, with a file of `bytes`. */
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

/** Whether the job exists; its record and folder must agree. */
async function exists(id: string): Promise<boolean> {
  const record = (await db.raw(id)) !== null;
  expect(existsSync(join(workspace.root, id))).toBe(record);
  return record;
}

const none = { maxAgeMs: undefined, maxBytes: undefined };

describe('retention', () => {
  it('removes complete and failed jobs, record and files, after their retention time', async () => {
    const old = [
      await job('POSTPROCESSING_COMPLETE', { hoursAgo: 3 }),
      await job('INFERENCING_ERROR', { hoursAgo: 3 }),
    ];
    const young = await job('POSTPROCESSING_COMPLETE', { hoursAgo: 1 });
    expect(await expire(jobs, workspace, { ...none, maxAgeMs: 2 * HOUR }, signal)).toEqual(old);
    expect(await Promise.all([...old, young].map(exists))).toEqual([false, false, true]);
  });

  it('removes the oldest jobs until the total size is within the limit', async () => {
    const sizes = [5000, 3000, 2000, 4000];
    const ids = [];
    for (const [k, bytes] of sizes.entries()) {
      ids.push(await job('POSTPROCESSING_COMPLETE', { hoursAgo: 10 - k, bytes }));
    }
    expect(await expire(jobs, workspace, { ...none, maxBytes: 7000 }, signal)).toEqual(ids.slice(0, 2));
    expect(await expire(jobs, workspace, { ...none, maxBytes: 7000 }, signal)).toEqual([]);
    expect(await db.raw(ids[3]!)).toMatchObject({ bytes: 4000 }); // counted once
  });

  it('measures a retried job again', async () => {
    const id = await job('INFERENCING_ERROR', { hoursAgo: 3, bytes: 1000 });
    expect(await expire(jobs, workspace, { ...none, maxBytes: 7000 }, signal)).toEqual([]);
    await db.jobs.restart(id, 'infer');
    await writeFile(join(workspace.root, id, 'src/clip.mp4'), Buffer.alloc(8000));
    await db.edit(id, { $set: { STATUS: 'POSTPROCESSING_COMPLETE', PROCESS_END: new Date() } });
    expect(await expire(jobs, workspace, { ...none, maxBytes: 7000 }, signal)).toEqual([id]);
  });

  it.each(STATUSES.filter((status) => !isFinal(status)))('never removes a job in %s', async (status) => {
    const id = await job(status, { hoursAgo: 10_000 });
    expect(await expire(jobs, workspace, { maxAgeMs: 0, maxBytes: 0 }, signal)).toEqual([]);
    expect(await exists(id)).toBe(true);
  });

  it('removes nothing without limits', async () => {
    await job('POSTPROCESSING_COMPLETE', { hoursAgo: 10_000, bytes: 100_000 });
    expect(await expire(jobs, workspace, none, signal)).toEqual([]);
  });

  it('keeps a job that was retried since it was listed', async () => {
    const id = await job('INFERENCING_ERROR', { hoursAgo: 3 });
    await db.edit(id, { $set: { STATUS: 'PREPROCESSING_COMPLETE' } });
    expect(await jobs.remove(id)).toBe(false);
    expect(await exists(id)).toBe(true);
  });
});

describe('sweep', () => {
  async function folder(hoursAgo: number): Promise<string> {
    const id = newJobId();
    const path = join(workspace.root, id);
    await mkdir(path);
    await age(id, hoursAgo);
    return id;
  }

  /** Sets the time of the last change in a folder to `hoursAgo`. */
  async function age(folder: string, hoursAgo: number): Promise<void> {
    await utimes(join(workspace.root, folder), new Date(), new Date(Date.now() - hoursAgo * HOUR));
  }

  it('quarantines old folders without a record, but not recent ones or those of existing jobs', async () => {
    const [old, young] = [await folder(2), await folder(0)];
    const known = await job('ENQUEUE');
    await utimes(join(workspace.root, known), new Date(), new Date(Date.now() - 2 * HOUR));
    await writeFile(join(workspace.root, old, 'file'), 'kept');
    await age(old, 2);
    expect(await sweepOrphans(jobs, workspace, HOUR, signal)).toEqual({ quarantined: [old] });
    expect(await readFile(join(workspace.root, '.quarantine', old, 'file'), 'utf8')).toBe('kept');
    expect(await sweepOrphans(jobs, workspace, HOUR, signal)).toEqual({ quarantined: [] });
    expect([old, young, known].map((id) => existsSync(join(workspace.root, id)))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('keeps the folder of a slow upload whose record is about to be inserted', async () => {
    const id = newJobId();
    const arrival = await workspace.receive('clip.mp4');
    await writeFile(arrival.path, 'video');
    const began = new Date(Date.now() - 2 * HOUR);
    await utimes(arrival.folder, began, began);
    await workspace.admit(id, arrival);
    expect(await sweepOrphans(jobs, workspace, HOUR, signal)).toEqual({ quarantined: [] });
    expect(existsSync(join(workspace.root, id))).toBe(true);
  });

  it('removes attempts of killed workers from ended jobs, and keeps their artifacts', async () => {
    const ended = await job('POSTPROCESSING_COMPLETE', { hoursAgo: 2 });
    const running = await job('INFERENCING', { hoursAgo: 2 });
    const attempt = (id: string) => join(workspace.root, id, '.attempt-3-infer-token');
    for (const id of [ended, running]) await mkdir(join(attempt(id), 'txts'), { recursive: true });
    await sweepAttempts(jobs, workspace, HOUR, signal);
    expect([ended, running].map((id) => existsSync(attempt(id)))).toEqual([false, true]);
    expect(existsSync(join(workspace.root, ended, 'src/clip.mp4'))).toBe(true);
  });

  it('keeps the attempts of a job that was retried since it was listed', async () => {
    const id = await job('INFERENCING_ERROR', { hoursAgo: 2 });
    const attempt = join(workspace.root, id, '.attempt-4-infer-token');
    class RetriedMeanwhile extends FinishedJobs {
      override async *list(): ReturnType<FinishedJobs['list']> {
        for await (const listed of super.list()) {
          await db.edit(id, { $set: { STATUS: 'INFERENCING' } });
          await mkdir(attempt);
          yield listed;
        }
      }
    }
    const stale = new RetriedMeanwhile(...models());
    await sweepAttempts(stale, workspace, HOUR, signal);
    expect(existsSync(attempt)).toBe(true);
  });

  it('finds orphans among a thousand other folders', async () => {
    const known = await Promise.all(Array.from({ length: 1000 }, () => folder(2)));
    await Promise.all(known.map((id) => db.jobs.enqueue(id, newJob())));
    const orphans = await Promise.all(Array.from({ length: 50 }, () => folder(2)));
    const { quarantined, refusal } = await sweepOrphans(jobs, workspace, HOUR, signal);
    expect(refusal).toBeUndefined();
    expect(new Set(quarantined)).toEqual(new Set(orphans));
  });

  it.each([
    { known: 0, orphans: 3, moved: true },
    { known: 0, orphans: 4, moved: false },
    { known: 96, orphans: 5, moved: true },
    { known: 96, orphans: 6, moved: false },
  ])('quarantines $orphans orphans next to $known jobs: $moved', async (given) => {
    const known = await Promise.all(Array.from({ length: given.known }, () => folder(2)));
    await Promise.all(known.map((id) => db.jobs.enqueue(id, newJob())));
    const orphans = await Promise.all(Array.from({ length: given.orphans }, () => folder(2)));
    const { quarantined, refusal } = await sweepOrphans(jobs, workspace, HOUR, signal);
    expect(orphans.filter((id) => existsSync(join(workspace.root, id)))).toEqual(given.moved ? [] : orphans);
    expect(quarantined).toHaveLength(given.moved ? orphans.length : 0);
    if (given.moved) expect(refusal).toBeUndefined();
    else expect(refusal).toContain(`${orphans.length} of ${orphans.length + known.length} job folders in `);
  });

  it('removes quarantined folders after their time, and restores those whose record exists again', async () => {
    const [gone, young, back] = [await folder(2), await folder(2), await folder(2)];
    await sweepOrphans(jobs, workspace, HOUR, signal);
    await db.jobs.enqueue(back, newJob());
    for (const id of [gone, back]) await age(join('.quarantine', id), 200);
    const sweep = () => sweepQuarantine(jobs, workspace, 168 * HOUR, signal);
    expect(await sweep()).toEqual({ restored: [back], removed: [gone] });
    expect(await sweep()).toEqual({ restored: [], removed: [] });
    const onVolume = (...path: string[]) => existsSync(join(workspace.root, ...path));
    expect([gone, young, back].map((id) => onVolume('.quarantine', id))).toEqual([false, true, false]);
    expect(onVolume(back)).toBe(true);
  });

  it('reports too many orphans once, not in every round', async () => {
    const ids = await Promise.all(Array.from({ length: 4 }, () => folder(2)));
    let rounds = 0;
    let threeRounds: () => void = () => undefined;
    const passed = new Promise<void>((resolve) => (threeRounds = resolve));
    class Counted extends FinishedJobs {
      override unknown(asked: readonly string[]): Promise<string[]> {
        if (++rounds === 4) threeRounds();
        return super.unknown(asked);
      }
    }
    const lines: string[] = [];
    const error = jest
      .spyOn(Logger.prototype, 'error')
      .mockImplementation((line) => lines.push(String(line)));
    const housekeeper = new Housekeeper(new Counted(...models()), workspace, {
      ...{ ...none, intervalMs: 1, leftoverMs: HOUR, orphanMs: HOUR, partialMs: HOUR },
    });
    housekeeper.onApplicationBootstrap();
    await passed;
    await housekeeper.beforeApplicationShutdown();
    error.mockRestore();
    expect(lines).toEqual([
      expect.stringMatching(/^4 of 4 job folders in .* have no record in the database/),
    ]);
    expect(ids.every((id) => existsSync(join(workspace.root, id)))).toBe(true);
  });
});

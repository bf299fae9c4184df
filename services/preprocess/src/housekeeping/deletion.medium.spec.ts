import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { FinishedJobs, JobNotFoundError, STAGES, newJobId } from '#jobs';
import { Workspace } from '#workspace';
import { describeWithMounts, occupy } from '../../../../test/support/busy-folder';
import { newJob, startDatabase, type TestDatabase } from '../../../../test/support/database';
import { JobDeletion, finishDeletions } from './deletion';
import { Housekeeper } from './housekeeper';
import { sweepOrphans } from './orphans';
import { expire } from './retention';

const { signal } = new AbortController();

let db: TestDatabase;
let jobs: FinishedJobs;
let workspace: Workspace;
let deletion: JobDeletion;
let release: (() => void) | undefined;

beforeAll(async () => {
  Logger.overrideLogger(false);
  db = await startDatabase();
  jobs = db.finished;
});
beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'deletion-')));
  deletion = new JobDeletion(db.jobs, jobs, workspace);
});
afterEach(async () => {
  release?.();
  release = undefined;
  await db.clear();
  await rm(workspace.root, { recursive: true });
});
afterAll(() => db.close());

async function job(): Promise<string> {
  const id = newJobId();
  await db.jobs.enqueue(id, newJob());
  await mkdir(join(workspace.root, id, 'src'), { recursive: true });
  await writeFile(join(workspace.root, id, 'src/clip.mp4'), 'video');
  return id;
}

const folderOf = (id: string) => join(workspace.root, id);
const incoming = () => readdir(join(workspace.root, '.incoming'));

it('removes files and record; a second deletion finds no job', async () => {
  const id = await job();
  await deletion.delete(id);
  expect(existsSync(folderOf(id))).toBe(false);
  expect(await db.raw(id)).toBeNull();
  expect(await incoming()).toEqual([]);
  await expect(deletion.delete(id)).rejects.toThrow(JobNotFoundError);
});

it('succeeds for one of two concurrent deletions', async () => {
  const id = await job();
  const outcomes = await Promise.allSettled([deletion.delete(id), deletion.delete(id)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: expect.any(JobNotFoundError) as JobNotFoundError,
  });
  expect(await db.raw(id)).toBeNull();
});

describe('a deletion killed after its first step', () => {
  it('hides the job from readers and workers, and frees its Idempotency-Key', async () => {
    const id = newJobId();
    await db.jobs.enqueue(id, { ...newJob(), submission: { key: 'a', digest: 'b' } });
    await db.jobs.delete(id);
    await expect(db.jobs.get(id)).rejects.toThrow(JobNotFoundError);
    await expect(db.jobs.cancel(id)).rejects.toThrow(JobNotFoundError);
    await expect(db.jobs.restart(id, 'preprocess')).rejects.toThrow(JobNotFoundError);
    await expect(db.jobs.stamp(id, 'ENQUEUE')).rejects.toThrow(JobNotFoundError);
    expect(await db.jobs.find([id])).toEqual([]);
    expect((await db.jobs.list({ limit: 10 })).jobs).toEqual([]);
    expect(await db.jobs.withKey('a')).toBeUndefined();
    expect(Object.values(await db.jobs.countByStatus()).every((count) => count === 0)).toBe(true);
    const claim = { owner: 'me', token: 't', leaseMs: 1000, maxAttempts: 3, fairAgeMs: 3_600_000 };
    expect(await db.jobs.claim(STAGES.preprocess, claim)).toBeUndefined();
  });

  it('is finished by housekeeping; until then its folder is not an orphan', async () => {
    const id = await job();
    await db.jobs.delete(id);
    expect(await sweepOrphans(jobs, workspace, -1, signal)).toEqual({ quarantined: [] });
    expect(await finishDeletions(jobs, workspace, signal)).toEqual([]);
    expect(existsSync(folderOf(id))).toBe(false);
    expect(await db.raw(id)).toBeNull();
  });

  it('is finished by housekeeping if its files are already removed', async () => {
    const id = await job();
    await db.jobs.delete(id);
    await workspace.remove(id);
    expect(await finishDeletions(jobs, workspace, signal)).toEqual([]);
    expect(await db.raw(id)).toBeNull();
  });
});

it('keeps the record while the volume is not mounted', async () => {
  const id = await job();
  workspace.expectMark('of a volume that is not mounted');
  await deletion.delete(id);
  await expect(db.jobs.get(id)).rejects.toThrow(JobNotFoundError);
  expect(await finishDeletions(jobs, workspace, signal)).toHaveLength(1);
  expect(await jobs.deleted()).toEqual([id]);
});

describeWithMounts('with files open on NFS (skipped without the right to mount)', () => {
  it('succeeds immediately; a later sweep removes the remaining files', async () => {
    const id = await job();
    release = await occupy(join(folderOf(id), 'target'));
    await deletion.delete(id);
    expect(existsSync(folderOf(id))).toBe(false);
    expect(await db.raw(id)).toBeNull();
    expect(await incoming()).toEqual([expect.stringMatching(`^deleted-${id}-`)]);
    release();
    expect(await workspace.sweepIncoming(-1, -1)).toEqual({ removed: 1, errors: [] });
    expect(await incoming()).toEqual([]);
  });

  it('keeps the record when the folder cannot be moved, and finishes later', async () => {
    const [stuck, other] = [await job(), await job()];
    release = await occupy(folderOf(stuck));
    await deletion.delete(stuck);
    await db.jobs.delete(other);
    await expect(db.jobs.get(stuck)).rejects.toThrow(JobNotFoundError);
    const errors = await finishDeletions(jobs, workspace, signal);
    expect(errors.map(String)).toEqual([expect.stringContaining('EBUSY')]);
    expect(await jobs.deleted()).toEqual([stuck]); // the other one is removed
    release();
    expect(await finishDeletions(jobs, workspace, signal)).toEqual([]);
    expect(await db.raw(stuck)).toBeNull();
    expect(existsSync(folderOf(stuck))).toBe(false);
  });

  it('does not stop retention from removing the other jobs', async () => {
    const [stuck, other] = [await job(), await job()];
    for (const id of [stuck, other]) await db.jobs.cancel(id);
    release = await occupy(folderOf(stuck));
    const limits = { maxAgeMs: -60_000, maxBytes: undefined };
    expect(await expire(jobs, workspace, limits, signal)).toEqual([stuck, other]);
    expect(await jobs.deleted()).toEqual([stuck]);
    expect(await db.raw(other)).toBeNull();
  });

  it('does not stop the sweep from removing other leftovers', async () => {
    const ids = [await job(), await job(), await job()];
    release = await occupy(join(folderOf(ids[1]!), 'target'));
    for (const id of ids) await workspace.remove(id);
    await workspace.receive('abandoned.mp4');
    const { removed, errors } = await workspace.sweepIncoming(-1, -1);
    expect(removed).toBe(1);
    expect(errors.map(String)).toEqual([expect.stringContaining('EBUSY')]);
  });

  it('does not stop a round of housekeeping', async () => {
    const stuck = await job();
    release = await occupy(folderOf(stuck));
    await db.jobs.delete(stuck);
    const { folder } = await workspace.receive('abandoned.mp4');
    const options = {
      intervalMs: 1e6,
      leftoverMs: -1,
      partialMs: -1,
      orphanMs: -1,
      maxAgeMs: undefined,
      maxBytes: undefined,
    };
    const housekeeper = new Housekeeper(jobs, workspace, options);
    const swept = jest.spyOn(workspace, 'sweepIncoming');
    housekeeper.onApplicationBootstrap();
    while (swept.mock.results.length === 0) await db.jobs.list({ limit: 1 });
    await housekeeper.beforeApplicationShutdown();
    expect(existsSync(folder)).toBe(false);
  });
});

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttemptRevokedError, Attempts, type Attempt, type Holder } from './attempts';
import { frameName } from './names';
import { Workspace } from './workspace';

const id = '64b000000000000000000001';
let root: string;
let workspace: Workspace;
let attempts: Attempts;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'boxreel-attempts-'));
  workspace = new Workspace(root);
  attempts = new Attempts(workspace);
});
afterEach(() => rm(root, { recursive: true }));

const holder = (number: number, stage = 'preprocess'): Holder => ({ id, stage, number, token: `t${number}` });
const entries = async () => (await readdir(join(root, id))).sort();
const published = () => workspace.path(id, 'src_frame', frameName(0));

async function makeFrames(attempt: Attempt, content: string): Promise<void> {
  await mkdir(attempt.path('src_frame'));
  await writeFile(attempt.path('src_frame', frameName(0)), content);
}

it('hides an attempt until it is published', async () => {
  const attempt = await attempts.begin(holder(1));
  await makeFrames(attempt, 'one');
  expect(existsSync(workspace.path(id, 'src_frame'))).toBe(false);
  await attempts.publish(attempt, ['src_frame']);
  await attempts.end(attempt);
  expect(await readFile(published(), 'utf8')).toBe('one');
  expect(await entries()).toEqual(['src_frame']);
});

it('replaces what an earlier attempt published', async () => {
  for (const number of [1, 2]) {
    const attempt = await attempts.begin(holder(number));
    await makeFrames(attempt, `attempt ${number}`);
    await attempts.publish(attempt, ['src_frame']);
    await attempts.end(attempt);
  }
  expect(await readFile(published(), 'utf8')).toBe('attempt 2');
  expect(await entries()).toEqual(['src_frame']);
});

it('moves the folders of earlier holders of any stage aside and keeps those of later ones', async () => {
  await attempts.begin(holder(1));
  await attempts.begin(holder(2, 'infer'));
  await attempts.begin(holder(10));
  await attempts.begin(holder(9));
  expect(await entries()).toEqual(['.attempt-10-preprocess-t10', '.attempt-9-preprocess-t9']);
});

it('rejects publishing once a later holder has begun, even before the later one publishes', async () => {
  const late = await attempts.begin(holder(1));
  await makeFrames(late, 'loser');
  const winner = await attempts.begin(holder(2));
  await expect(attempts.publish(late, ['src_frame'])).rejects.toThrow(AttemptRevokedError);
  await makeFrames(winner, 'winner');
  await attempts.publish(winner, ['src_frame']);
  const { ino } = await stat(workspace.path(id, 'src_frame'));
  await expect(attempts.publish(late, ['src_frame'])).rejects.toThrow(AttemptRevokedError);
  await attempts.end(late);
  expect(await readFile(published(), 'utf8')).toBe('winner');
  expect((await stat(workspace.path(id, 'src_frame'))).ino).toBe(ino);
});

it('passes the previous attempt of the same stage to an attempt that can resume it', async () => {
  await makeFrames(await attempts.begin(holder(1, 'infer')), 'oldest');
  await attempts.begin(holder(2, 'preprocess'));
  const { predecessor } = await attempts.begin(holder(3, 'infer'), { adopt: true });
  expect(predecessor).toBeUndefined(); // number 2 came between and moved it aside
  await makeFrames(await attempts.begin(holder(4, 'infer')), 'before');
  const next = await attempts.begin(holder(5, 'infer'), { adopt: true });
  expect(await readFile(join(next.predecessor ?? '', 'src_frame', frameName(0)), 'utf8')).toBe('before');
  await attempts.end(next);
  expect(existsSync(join(root, id))).toBe(false);
});

it('leaves no folder if the job was deleted during an attempt', async () => {
  const attempt = await attempts.begin(holder(1));
  await workspace.remove(id);
  await mkdir(attempt.path('src_frame'), { recursive: true }); // a worker that does not know yet
  await attempts.end(attempt);
  expect(await readdir(root)).toEqual(['.incoming']);
  expect(await readdir(join(root, '.incoming'))).toEqual([]);
});

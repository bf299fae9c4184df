import { existsSync } from 'node:fs';
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { JobResource } from '#contract';
import { problemsOf } from '../support/axe';
import { collectPageErrors, startBrowser } from '../support/browser';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

jest.setTimeout(180_000);

const COMPLETE = 'POSTPROCESSING_COMPLETE';

let cluster: Cluster;
let folder: string;
let id: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start();
  const inputs = [...source('testsrc2=s=320x240:r=10:d=3'), ...source('sine=d=3')];
  const clip = await ffmpeg(join(folder, 'clip.mp4'), ...inputs, ...H264, '-c:a', 'aac');
  id = await cluster.submit(clip, undefined, { score: '0.9', classes: 'person,car' });
  expect((await cluster.finished(id)).status).toBe(COMPLETE);
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

async function rerun(options: object, job = id): Promise<[number, JobResource]> {
  const response = await fetch(`${cluster.url}/api/jobs/${job}/rerun`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(options),
  });
  return [response.status, (await response.json()) as JobResource];
}

const inode = async (job: string, ...path: string[]) =>
  (await stat(join(cluster.workspace.root, job, ...path))).ino;

describe('POST /api/jobs/:id/rerun', () => {
  let again: JobResource;

  it('makes a new job with the options that differ', async () => {
    const [status, created] = await rerun({ score: 0.05 });
    expect([status, created.origin]).toEqual([201, id]);
    again = await cluster.finished(created.id);
    expect(again).toMatchObject({
      status: COMPLETE,
      filename: 'clip.mp4',
      options: { score: 0.05, classes: ['person', 'car'], frameStep: 1 },
      video: { frames: 30, sourceFrames: 30, audio: true },
    });
    expect((await cluster.job(id)).options?.score).toBe(0.9);
  });

  it('shares the source, the frames and the sound instead of copying or decoding', async () => {
    for (const path of [
      ['src', 'clip.mp4'],
      ['src_frame', 'frame_29.jpg'],
      ['sound.flac'],
      ['timeline.json'],
    ])
      expect(await inode(again.id, ...path)).toBe(await inode(id, ...path));
    expect(await readdir(cluster.workspace.path(again.id, 'src_frame'))).toHaveLength(30);
  });

  it('takes the defaults of another model', async () => {
    const [status, answer] = await rerun({ model: 'ssd-resnet34-int8', frameStep: 2 });
    expect([status, answer.options]).toEqual([
      201,
      {
        ...{ model: 'ssd-resnet34-int8', score: expect.any(Number) as number, classes: [], frameStep: 2 },
        ...{ tracking: 'on', trackBuffer: null, minLength: null },
      },
    ]);
    await fetch(`${cluster.url}/api/jobs/${answer.id}`, { method: 'DELETE' });
  });

  it('leaves each job its files when the other is deleted', async () => {
    const frame = await readFile(cluster.workspace.path(id, 'src_frame', 'frame_7.jpg'));
    const [, third] = await rerun({ score: 0.1 }, again.id);
    await cluster.finished(third.id);
    expect((await fetch(`${cluster.url}/api/jobs/${third.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(existsSync(join(cluster.workspace.root, third.id))).toBe(false);
    expect(await readFile(cluster.workspace.path(again.id, 'src_frame', 'frame_7.jpg'))).toEqual(frame);
  });

  it('decodes the source if frames of the other job are missing, and changes no file of it', async () => {
    const first = cluster.workspace.path(id, 'src_frame', 'frame_0.jpg');
    const before = await inode(id, 'src_frame', 'frame_0.jpg');
    const last = cluster.workspace.path(id, 'src_frame', 'frame_29.jpg');
    await rm(last);
    const [, created] = await rerun({});
    expect(await cluster.finished(created.id)).toMatchObject({ status: COMPLETE, video: { frames: 30 } });
    expect(await inode(created.id, 'src_frame', 'frame_0.jpg')).not.toBe(before);
    expect(await readFile(first)).toEqual(
      await readFile(cluster.workspace.path(created.id, 'src_frame', 'frame_0.jpg')),
    );
  });

  it.each([
    ['an unknown model', { model: 'unicorn' }, 400, 'unicorn'],
    ['an unknown class', { classes: ['unicorn'] }, 400, 'unicorn'],
    ['a score beyond 1', { score: 2 }, 400, 'score'],
    ['an unknown field', { scores: 0.1 }, 400, 'scores'],
  ])('refuses %s', async (_, options, status, reason) => {
    const [answered, body] = await rerun(options);
    expect([answered, JSON.stringify(body)]).toEqual([status, expect.stringContaining(reason) as string]);
  });

  it('refuses a job that has not ended, and one whose source is gone', async () => {
    const slow = await cluster.submit(join(folder, 'clip.mp4'));
    expect((await rerun({}, slow))[0]).toBe(409);
    await cluster.finished(slow);
    await rm(await cluster.workspace.source(slow));
    expect((await rerun({}, slow))[0]).toBe(409);
  });
});

describe('the pages', () => {
  let browser: BrowserContext;
  let page: Page;
  let errors: string[];
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ browser, close } = await startBrowser());
    page = await browser.newPage();
    errors = collectPageErrors(page);
  });
  afterAll(() => close());
  afterEach(() => {
    expect(errors).toEqual([]);
  });

  it('runs a job again from its page, and compares both runs', async () => {
    await page.goto(`${cluster.url}/jobs/${id}`);
    await page.getByRole('link', { name: 'Run again' }).click();
    await page.waitForURL('**/rerun');
    expect(await page.getByLabel('Score threshold').inputValue()).toBe('0.9');
    expect(await page.getByLabel('Classes').inputValue()).toBe('person, car');
    expect(await problemsOf(page)).toEqual([]);
    await page.getByLabel('Score threshold').fill('0.02');
    await page.getByLabel('Classes').fill('');
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.waitForURL(/\/jobs\/[0-9a-f]{24}$/);
    const other = page.url().slice(-24);
    expect(other).not.toBe(id);
    const job = await cluster.finished(other);
    expect(job.options).toMatchObject({ score: 0.02, classes: [] });

    // The page reloads by itself when its job ends.
    await page.getByRole('link', { name: 'Compare with the first run' }).click();
    await page.waitForURL(`**/compare?a=${id}&b=${other}`);
    const rows = await page
      .getByRole('region', { name: 'Settings of the runs' })
      .getByRole('row')
      .allInnerTexts();
    expect(rows.slice(1).map((row) => row.replace(/\s+/g, ' ').trim())).toEqual([
      expect.stringMatching(/^A clip\.mp4 .* 0\.9 person, car every frame on 0 in 30 frames$/) as string,
      expect.stringMatching(/^B clip\.mp4 .* 0\.02 all every frame on [1-9]\d* in 30 frames$/) as string,
    ]);
    const classes = page.getByRole('region', { name: 'Classes' }).getByRole('row');
    const [, first = ''] = (await classes.allInnerTexts()).map((row) => row.replace(/\s+/g, ' ').trim());
    expect(first).toMatch(/^[a-z ]+ 0 (\d+) \+\1$/);
    expect(await problemsOf(page)).toEqual([]);
  });

  it('explains a comparison that is impossible', async () => {
    const response = await fetch(`${cluster.url}/compare?a=${id}&b=nonsense`);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('b: expected the id of a job') as string,
    ]);
  });
});

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { collectPageErrors, startBrowser } from '../support/browser';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

// Every page must also work without JavaScript.

jest.setTimeout(180_000);

let cluster: Cluster;
let folder: string;
let page: Page;
let pageErrors: string[];
let close: () => Promise<void>;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({ env: { MAX_ATTEMPTS: '1' } });
  const started = await startBrowser({ javaScriptEnabled: false });
  close = started.close;
  page = await started.browser.newPage();
  pageErrors = collectPageErrors(page);
});
afterAll(async () => {
  await close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => pageErrors.splice(0));

/** @returns the id of the job */
async function uploadByForm(clip: string): Promise<string> {
  await page.goto(`${cluster.url}/upload`);
  expect(await page.getByLabel('Model').inputValue()).toBe('ssdlite-mobilenetv2');
  await page.getByLabel('Score').fill('0.01');
  await page.getByLabel('Frame step').fill('2');
  await page.getByLabel('Video').setInputFiles(clip);
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.waitForURL('**/fileUpload');
  return page.locator('#job-id').innerText();
}

/** Makes an MP4 with the form of a job page: the page refreshes until it can be downloaded. @returns its path */
async function plainMp4(): Promise<string> {
  const mp4s = page.locator('#mp4s li');
  expect(await mp4s.count()).toBe(0);
  await page.locator('#mp4-score').fill('0.3');
  await page.getByRole('button', { name: 'Make MP4' }).click();
  await mp4s.getByText('ready').waitFor({ timeout: 60_000 });
  const address = await mp4s.getByRole('link', { name: 'Download' }).getAttribute('href');
  expect((await fetch(cluster.url + address!)).status).toBe(200);
  return address!;
}

/** Deletes a job on its page, after declining once. */
async function deleteJob(id: string): Promise<void> {
  await page.goto(`${cluster.url}/jobs/${id}`);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('link', { name: 'Keep it' }).click();
  await page.waitForURL(`**/jobs/${id}`);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: `${id} Deleted` }).waitFor();
}

it('a user uploads a video, watches the table until it is done, downloads the result, and deletes the job', async () => {
  const clip = await ffmpeg(
    join(folder, 'my "holiday" 휴가.mp4'),
    ...source('testsrc2=s=640x360:r=10:d=3'),
    ...H264,
  );
  const id = await uploadByForm(clip);

  await page.getByRole('link', { name: 'view the results' }).click();
  const row = page.locator(`[id="${id}"]`);
  // No reload from here: the page must refresh itself.
  await row.getByText('POSTPROCESSING_COMPLETE').waitFor({ timeout: 120_000 });
  const text = await row.innerText();
  expect(text).toContain('Done');
  expect(text).toContain('my "holiday" 휴가.mp4');
  expect(text).toContain('ssdlite-mobilenetv2, score > 0.01, every 2nd frame');
  await row.locator('summary').click();
  expect(await row.locator('dl').innerText()).toMatch(/PROCESS_END\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/);

  const downloading = page.waitForEvent('download');
  await row.getByRole('link', { name: 'AVI' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`target_${id}.avi`);
  const avi = await readFile(await download.path());
  expect(avi.equals(await readFile(cluster.workspace.target(id)))).toBe(true);

  await row.getByRole('link', { name: 'my "holiday" 휴가.mp4', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'my "holiday" 휴가.mp4' }).waitFor();
  const video = page.locator('video[controls]');
  expect(await video.getAttribute('src')).toBe(`/api/jobs/${id}/source`);
  expect(await page.getByRole('link', { name: 'MP4', exact: true }).count()).toBe(0);
  const mp4 = await plainMp4();
  expect(await video.getAttribute('src')).toBe(mp4);
  for (const address of [await video.getAttribute('src'), await video.getAttribute('poster')]) {
    expect((await fetch(cluster.url + address!)).status).toBe(200);
  }
  expect(await page.locator('#chart').isVisible()).toBe(false);
  const peak = page
    .getByRole('list')
    .getByRole('link', { name: /^Frame at 0:0\d/ })
    .first();
  expect((await peak.getAttribute('href'))!.split('#t=')).toEqual([mp4, expect.stringMatching(/^\d/)]);
  await peak.click();
  await page.waitForURL(`**${mp4}#t=*`);

  await deleteJob(id);
  await page.goto(`${cluster.url}/result`);
  expect(await row.count()).toBe(0);
  expect(pageErrors).toEqual([]);
});

it('the page of a job refreshes until the job has ended, and can retry it', async () => {
  const clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=64x48:r=5:d=1'), ...H264);
  const infer = cluster.processes.infer[0]!.pid!;
  process.kill(infer, 'SIGSTOP');
  const id = await cluster.submit(clip);
  await page.goto(`${cluster.url}/jobs/${id}`);
  await page.getByText('PREPROCESSING_COMPLETE', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('CANCELLED', { exact: true }).waitFor();
  expect(page.url()).toBe(`${cluster.url}/jobs/${id}`);
  process.kill(infer, 'SIGCONT');
  await page.getByText('Retry it').waitFor();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.waitForURL(`**/jobs/${id}`);
  await page.getByText('Done', { exact: true }).waitFor({ timeout: 120_000 });
  await page.locator('video[controls]').waitFor();
});

it('a file that is not a video is refused on a page with the reason', async () => {
  await page.goto(`${cluster.url}/upload`);
  await page
    .getByLabel('Video')
    .setInputFiles({ name: 'x.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no video') });
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByRole('heading', { name: 'Request failed' }).waitFor();
  expect(await page.locator('main').innerText()).toMatch(/not a readable video/i);
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

jest.setTimeout(120_000);

let cluster: Cluster;
let folder: string;
let profile: string;
let browser: BrowserContext;
let page: Page;

beforeAll(async () => {
  folder = await temporaryFolder();
  profile = await mkdtemp(join(tmpdir(), 'boxreel-chromium-'));
  cluster = await Cluster.start();
  browser = await chromium.launchPersistentContext(profile, {
    javaScriptEnabled: false, // the pages have to work without; upload.e2e.spec has the other half
    executablePath: '/usr/bin/chromium',
    headless: true,
    acceptDownloads: true,
    env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' }, // else it cannot open a file with letters like these
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
  page = await browser.newPage();
});
afterAll(async () => {
  await browser.close();
  await cluster.stop();
  await rm(profile, { recursive: true, force: true });
  await rm(folder, { recursive: true });
});

it('a person uploads a video, watches the table until it is complete, downloads the AVI and deletes the job', async () => {
  const clip = await ffmpeg(
    join(folder, 'my "holiday" 휴가.mp4'),
    ...source('testsrc2=s=320x240:r=10:d=3'),
    ...H264,
  );

  await page.goto(`${cluster.url}/upload`);
  expect(await page.getByLabel('Model').inputValue()).toBe('ssdlite-mobilenetv2');
  await page.getByLabel('Score').fill('0.25');
  await page.getByLabel('Classes').fill('person, tv');
  await page.getByLabel('Look at every').fill('2');
  await page.getByLabel('Video').setInputFiles(clip);
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.waitForURL('**/fileUpload');
  const id = await page.locator('#job-id').innerText();

  await page.getByRole('link', { name: 'see the results' }).click();
  const row = page.locator(`[id="${id}"]`);
  // No reload from here: the page has to refresh itself.
  await row.getByText('POSTPROCESSING_COMPLETE').waitFor();
  expect(await row.innerText()).toContain('my "holiday" 휴가.mp4');
  expect(await row.innerText()).toContain('ssdlite-mobilenetv2, score > 0.25, person, tv, every 2nd frame');

  const downloading = page.waitForEvent('download');
  await row.getByRole('link', { name: 'Download' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`target_${id}.avi`);
  const avi = await readFile(await download.path());
  expect(avi.equals(await readFile(cluster.workspace.target(id)))).toBe(true);

  await row.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: `${id} Deleted` }).waitFor();
  await page.goto(`${cluster.url}/result`);
  expect(await row.count()).toBe(0);
});

it('a file that is no video is refused on a page that says why', async () => {
  await page.goto(`${cluster.url}/upload`);
  await page
    .getByLabel('Video')
    .setInputFiles({ name: 'x.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no video') });
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByRole('heading', { name: 'That did not work' }).waitFor();
  expect(await page.locator('main').innerText()).toMatch(/no video|not a video/i);
});

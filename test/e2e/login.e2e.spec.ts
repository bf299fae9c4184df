import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { problemsOf } from '../support/axe';
import { collectPageErrors, startBrowser } from '../support/browser';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

const KEY = randomBytes(32).toString('base64url');

let cluster: Cluster;
let folder: string;
let browser: BrowserContext;
let close: () => Promise<void>;
let page: Page;
/** Console output of browsers when a policy blocks something, or a script fails. */
let pageErrors: string[];

beforeAll(async () => {
  folder = await temporaryFolder();
  const API_KEYS = `alice:${createHash('sha256').update(KEY).digest('hex')}`;
  cluster = await Cluster.start({ env: { API_KEYS, SERVICE_TOKEN: randomBytes(16).toString('hex') } });
  ({ browser, close } = await startBrowser());
  page = await browser.newPage();
  pageErrors = collectPageErrors(page);
});
afterAll(async () => {
  await close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => pageErrors.splice(0));

async function logIn(key: string): Promise<void> {
  await page.getByLabel('Key').fill(key);
  await page.getByRole('button', { name: 'Log in' }).click();
}

it('a user logs in with a key, uploads, deletes after confirmation, and logs out', async () => {
  const clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=64x48:r=5:d=1'), ...H264);
  await page.goto(`${cluster.url}/upload`);
  expect(page.url()).toBe(`${cluster.url}/login?next=%2Fupload`);
  await logIn('wrong');
  await page.getByText('Invalid API key.').waitFor();
  expect(pageErrors).toEqual([expect.stringContaining('401')]);
  pageErrors.splice(0);
  await logIn(KEY);
  await page.waitForURL('**/upload');
  expect(await page.getByRole('navigation').innerText()).toContain('alice');
  const [cookie] = await browser.cookies();
  expect(cookie).toMatchObject({ name: 'boxreel_session', httpOnly: true, sameSite: 'Strict', path: '/' });

  await page.getByLabel('Video').setInputFiles(clip);
  await page.getByRole('button', { name: 'Upload' }).click();
  const link = page.getByRole('link', { name: 'Open job' });
  const id = ((await link.getAttribute('href')) ?? '').replace('/jobs/', '');
  await page.goto(`${cluster.url}/result`);
  await page.locator(`[id="${id}"]`).getByText('POSTPROCESSING_COMPLETE').waitFor();

  await page.goto(`${cluster.url}/${id}/delete`);
  await page.getByRole('heading', { name: 'Delete this job?' }).waitFor();
  expect(await page.locator('main').innerText()).toContain(
    `clip.mp4, job ${id}. Status: done (POSTPROCESSING_COMPLETE)`,
  );
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: `${id} Deleted` }).waitFor();

  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL('**/login');
  expect(await browser.cookies()).toEqual([]);
  await page.goto(`${cluster.url}/result`);
  expect(page.url()).toContain('/login?next=%2Fresult');
  expect(pageErrors).toEqual([]);
});

it('the pages and Swagger UI work under their Content-Security-Policy', async () => {
  await page.goto(`${cluster.url}/login?next=/api`);
  const style = await page.evaluate("getComputedStyle(document.querySelector('.brand')).fontWeight");
  expect(style).toBe('700'); // from our style sheet
  expect(await problemsOf(page)).toEqual([]);
  await logIn(KEY);
  await page.getByRole('heading', { name: 'Boxreel' }).waitFor();
  await page.locator('#operations-jobs-jobsList summary, #operations-jobs-jobsList button').first().click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  const answered = page.waitForResponse(/\/api\/jobs(\?|$)/);
  await page.getByRole('button', { name: 'Execute' }).click();
  expect((await answered).status()).toBe(200);
  for (const path of ['/upload', '/result', '/cluster']) {
    await page.goto(cluster.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
  }
  expect(pageErrors).toEqual([]);
});

describe('a page on another site', () => {
  let elsewhere: Server;
  let html: string;

  beforeAll(async () => {
    elsewhere = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html').end(html);
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
  });
  afterAll(() => {
    elsewhere.closeAllConnections();
    elsewhere.close();
  });

  /** 127.0.0.1 and localhost are two sites for a browser. */
  const open = () => page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}/`);

  it('cannot change anything with the browser of a logged-in user, nor embed our pages', async () => {
    await page.goto(`${cluster.url}/login`);
    await logIn(KEY);
    await page.waitForURL('**/upload');
    html = `<form action="${cluster.url}/login" method="post"><input name="key" value="${KEY}"><button>Win</button></form>`;
    await open();
    const answered = page.waitForResponse(`${cluster.url}/login`);
    await page.getByRole('button', { name: 'Win' }).click();
    expect((await answered).status()).toBe(403);
    await page.getByText('this request came from a page of another site').waitFor();

    html = `<iframe src="${cluster.url}/upload"></iframe>`;
    pageErrors.splice(0);
    const refused = page.waitForEvent('console', (message) => /frame/i.test(message.text()));
    await open();
    expect((await refused).text()).toMatch(/frame-ancestors|X-Frame-Options/);
  });
});

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { openPageForEachTest } from '../support/browser';
import { Cluster } from '../support/cluster';
import { Records } from '../support/records';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

// The table of jobs in a real browser, with JavaScript: it follows events and never reloads.

jest.setTimeout(180_000);

let cluster: Cluster;
let records: Records;
let folder: string;
let clip: string;
let page: Page;
let pageErrors: string[];
/** Number of page loads in the tab. */
let loaded: string[];

beforeAll(async () => {
  folder = await temporaryFolder();
  clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=320x240:r=10:d=12'), ...H264);
  cluster = await Cluster.start();
  records = await Records.open(cluster);
});
openPageForEachTest((opened) => ({ page, pageErrors } = opened));
afterAll(async () => {
  await records.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await records.clear();
  loaded = [];
  page.on('framenavigated', (frame) => loaded.push(frame.url()));
});

const open = (query = '') => page.goto(`${cluster.url}/result${query}`);
const row = (id: string): Locator => page.locator(`[id="${id}"]`);
const names = () => page.locator('#jobs tbody th a').allInnerTexts();
const isFocused = async (place: Locator) => (await place.and(page.locator(':focus')).count()) === 1;

it('a job uploaded elsewhere appears with its progress until it is done, without a reload', async () => {
  await open();
  await page.getByText('No jobs yet').waitFor();

  const other = await page.context().newPage();
  await other.goto(`${cluster.url}/upload`);
  await other.getByLabel('Video').setInputFiles(clip);
  await other.getByRole('button', { name: 'Upload', exact: true }).click();
  const link = other.getByRole('link', { name: 'Open job' });
  const id = ((await link.getAttribute('href')) ?? '').replace('/jobs/', '');
  await other.close();

  const job = row(id);
  await job.waitFor();
  expect(await page.getByText('No jobs yet').isVisible()).toBe(false);
  const infer = cluster.processes.infer[0]!.pid!;
  await cluster.until(id, ({ status, progress }) => status === 'INFERENCING' && progress!.done > 0);
  process.kill(infer, 'SIGSTOP'); // gives the page time to show it
  try {
    await job.getByText('Detecting objects').waitFor();
    await job.getByText('INFERENCING', { exact: true }).waitFor();
    const progress = job.getByRole('progressbar', { name: 'Detecting objects' });
    await job.getByText(/^[1-9]\d* of 120 frames/).waitFor();
    expect(Number(await progress.getAttribute('value'))).toBeGreaterThan(0);
    expect(await progress.getAttribute('max')).toBe('120');
    await job.locator('summary').click();
    expect(await job.locator('dl').innerText()).toMatch(/PROCESS_END\s+WAITING\.\./);
    await job.getByText('Times are UTC.').waitFor();
    await job.getByRole('button', { name: 'Delete' }).focus();
  } finally {
    process.kill(infer, 'SIGCONT');
  }
  await job.getByText('Done', { exact: true }).waitFor();
  await job.getByText('POSTPROCESSING_COMPLETE').waitFor();
  expect(await job.locator('summary').innerText()).toMatch(/^Total [\d.]+ (s|min)/);
  expect(
    await job.getByRole('img', { name: /Time: .*frames .* s.*detection .* s.*video .* s/ }).count(),
  ).toBe(1);
  await job.getByRole('link', { name: 'AVI of clip.mp4' }).waitFor();
  // open rows and the focus are unchanged
  expect(await job.locator('dl').innerText()).not.toContain('WAITING..');
  expect(await isFocused(job.getByRole('button', { name: 'Delete' }))).toBe(true);
  expect(await page.locator('#news').innerText()).toBe('clip.mp4: Done');
  expect(loaded).toEqual([`${cluster.url}/result`]);
});

it('a job deleted elsewhere disappears', async () => {
  const [a, b] = [await records.insert('CANCELLED', 'a.mp4'), await records.insert('CANCELLED', 'b.mp4')];
  await open();
  expect(await names()).toEqual(['b.mp4', 'a.mp4']);
  for (const id of [b, a]) {
    await fetch(`${cluster.url}/api/jobs/${id}`, { method: 'DELETE' });
    await row(id).waitFor({ state: 'detached' });
  }
  await page.getByText('No jobs yet').waitFor();
  expect(await page.locator('#jobs').isVisible()).toBe(false);
  expect(loaded).toEqual([`${cluster.url}/result`]);
});

it('filters jobs by state, shows the count of each state, and updates both', async () => {
  const working = await records.insert('INFERENCING', 'working.mp4');
  const waiting = await records.insert('PREPROCESSING_COMPLETE', 'waiting.mp4');
  const failed = await records.insert('INFERENCING_ERROR', 'failed.mp4');
  await records.insert('POSTPROCESSING_ERROR', 'failed too.mp4');
  await open();
  const status = page.getByLabel('Status');
  expect(await status.locator('option').allInnerTexts()).toEqual([
    ...['all (4)', 'waiting (1)', 'working (1)', 'done (0)', 'failed (2)', 'cancelled (0)'],
  ]);
  await status.selectOption('failed');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.waitForURL('**/result?*status=failed*');
  expect(await names()).toEqual(['failed too.mp4', 'failed.mp4']);
  expect(await row(failed).innerText()).toMatch(/Detection failed INFERENCING_ERROR\s+Frame 7 is broken\./);
  expect(await status.inputValue()).toBe('failed');

  await records.set(working, { STATUS: 'FRAME_CONVERT_ERROR' });
  await row(working).waitFor();
  expect(await names()).toEqual(['failed too.mp4', 'failed.mp4', 'working.mp4']);
  await records.set(failed, { STATUS: 'CANCELLED' });
  await row(failed).waitFor({ state: 'detached' });
  await status.getByText('cancelled (1)').waitFor({ state: 'attached' });
  expect(await status.inputValue()).toBe('failed');

  await open('?status=PREPROCESSING_COMPLETE');
  expect(await names()).toEqual(['waiting.mp4']);
  expect(await status.locator('option:checked').innerText()).toBe('PREPROCESSING_COMPLETE (1)');
  await row(waiting).getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('No jobs match these filters.').waitFor();
  expect(page.url()).toBe(`${cluster.url}/result?status=PREPROCESSING_COMPLETE`); // the filter is kept
  await open();
  await row(waiting).getByText('Cancelled', { exact: true }).waitFor();
});

it('finds jobs by a part of their name', async () => {
  for (const name of ['Holiday.mp4', 'my HOLIDAY (2).mp4', 'work.mp4', 'été.mp4']) {
    await records.insert('CANCELLED', name);
  }
  await open();
  const find = async (text: string) => {
    await page.getByLabel('Name').fill(text);
    await page.getByLabel('Name').press('Enter');
    await page.waitForURL((url) => url.searchParams.get('search') === text);
    expect(await page.getByLabel('Name').inputValue()).toBe(text);
    return names();
  };
  expect(await find('holi')).toEqual(['my HOLIDAY (2).mp4', 'Holiday.mp4']);
  expect(await find('y (2).')).toEqual(['my HOLIDAY (2).mp4']);
  expect(await find('ÉTÉ')).toEqual(['été.mp4']);
  expect(await find('.*')).toEqual([]);
  await page.getByText('No jobs match these filters').waitFor();
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await page.waitForURL(`${cluster.url}/result`);
  expect(await names()).toHaveLength(4);
});

it('has pages, newest first, each with its own updates', async () => {
  for (let n = 0; n < 105; n++) await records.insert('CANCELLED', `${n}.mp4`);
  const numbers = (from: number, to: number) =>
    Array.from({ length: from - to + 1 }, (_, n) => `${from - n}.mp4`);
  await open('?status=cancelled');
  expect(await names()).toEqual(numbers(104, 55));
  expect(await page.getByRole('link', { name: 'Newest' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Older' }).click();
  await page.getByRole('link', { name: '54.mp4', exact: true }).waitFor();
  expect(await names()).toEqual(numbers(54, 5));
  await page.getByRole('link', { name: 'Older' }).click();
  await page.getByRole('link', { name: '4.mp4', exact: true }).waitFor();
  expect(await names()).toEqual(numbers(4, 0));
  expect(await page.getByRole('link', { name: 'Older' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Newest' }).click();
  await page.waitForURL(`${cluster.url}/result?status=cancelled`);

  const id = await records.insert('CANCELLED', 'new.mp4');
  await row(id).waitFor();
  expect(await names()).toEqual(['new.mp4', ...numbers(104, 56)]);
});

it('links to rows that new ones have pushed off the page, without a reload', async () => {
  for (let n = 0; n < 50; n++) await records.insert('CANCELLED', `${n}.mp4`);
  await open();
  expect(await names()).toHaveLength(50);
  const older = page.getByRole('link', { name: 'Older' });
  expect(await older.count()).toBe(0);
  for (const name of ['new.mp4', 'newer.mp4']) {
    await row(await records.insert('CANCELLED', name)).waitFor();
    await older.waitFor();
  }
  await older.click();
  await page.getByRole('link', { name: 'Newest' }).waitFor();
  expect(await names()).toEqual(['1.mp4', '0.mp4']);
});

it('survives an outage of the server behind a proxy, and updates again afterwards', async () => {
  await page.clock.install(); // it waits ten seconds each time
  const away = /\/result/;
  await page.route(/\/result\/events/, (route) => route.fulfill({ status: 502, body: 'Bad Gateway' }));
  await open();
  await page.route(away, (route) => route.fulfill({ status: 502, body: 'Bad Gateway' }));
  for (let n = 0; n < 2; n++) {
    const asked = page.waitForResponse(`${cluster.url}/result`);
    await page.clock.runFor(10_000);
    expect((await asked).status()).toBe(502);
  }
  expect(await page.locator('h1').innerText()).toBe('Results');
  expect(pageErrors.splice(0).every((text) => text.includes('502'))).toBe(true);

  await page.unrouteAll();
  const again = page.waitForEvent('load');
  await page.clock.runFor(10_000);
  await again;
  await row(await records.insert('CANCELLED', 'new.mp4')).waitFor();
});

it('responds to a HEAD of its events and ends', async () => {
  const id = await records.insert('INFERENCING', 'working.mp4');
  for (const path of ['/result/events', `/jobs/${id}/events`, `/api/jobs/${id}/events`]) {
    const answer = await fetch(cluster.url + path, { method: 'HEAD', signal: AbortSignal.timeout(10_000) });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      ...[200, 'text/event-stream; charset=utf-8'],
    ]);
    expect(await answer.text()).toBe('');
  }
});

it('user input is shown as text, never run', async () => {
  const filename = '<img src=x onerror=alert(1)>"\'&amp;{{id}}.mp4';
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const message = `"${filename}" <script>alert(2)</script>`;
  const options = { model: '<b>m</b>', score: 0.5, classes: ['<i>c</i>'], frameStep: 1 };
  const id = await records.insert('INFERENCING', filename, { options });
  await open();
  const job = row(id);
  await job.getByText('Detecting objects').waitFor();
  const error = { code: 'DECODE_FAILED', message, stage: 'infer' as const, at: new Date() };
  await records.set(id, { STATUS: 'INFERENCING_ERROR', error });
  await job.getByText('INFERENCING_ERROR').waitFor(); // by an event
  expect(await job.innerText()).toContain(filename);
  expect(await job.innerText()).toContain(message);
  expect(await job.innerText()).toContain('<b>m</b>, score > 0.5, <i>c</i>');
  expect(await page.locator('#news').innerText()).toContain(filename);

  await page.goto(`${cluster.url}/jobs/${id}`);
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(filename);
  expect(await page.title()).toBe(`${filename} - Boxreel`);
  expect(await page.locator('article').innerText()).toContain(message);
  await page.getByText('Job data (JSON)').click();
  expect(JSON.parse(await page.locator('pre').innerText())).toMatchObject({ FILENAME: filename, options });
  await records.set(id, { STATUS: 'INFERENCING', availableAt: new Date(Date.now() + 1e9) });
  await page.reload();
  const progress = { done: 1, total: 7 };
  await records.set(id, { progress });
  await page.getByText('1 of 7 frames').waitFor(); // by an event
  expect(await page.locator('#now').innerText()).toContain(message);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  expect(await page.locator('main').innerText()).toContain(filename);
  await page.goto(`${cluster.url}/result?search=${encodeURIComponent(filename)}`);
  expect(await page.getByLabel('Name').inputValue()).toBe(filename);
  expect(await page.locator('img[src=x], main script, main b, main i').count()).toBe(0);
  expect(dialogs).toEqual([]);
});

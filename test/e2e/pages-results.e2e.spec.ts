import { rm } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { problemsOf } from '../support/axe';
import { openPageForEachTest, startBrowser } from '../support/browser';
import { Cluster } from '../support/cluster';
import { Records } from '../support/records';
import { temporaryFolder } from '../support/video';

// What the table of jobs shows and finds, and actions on several jobs at once.

jest.setTimeout(180_000);

let cluster: Cluster;
let records: Records;
let folder: string;
let page: Page;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({ env: { HOME: folder } });
  records = await Records.open(cluster);
});
openPageForEachTest((opened) => ({ page } = opened));
afterAll(async () => {
  await records.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await records.clear();
});

const open = (query = '') => page.goto(`${cluster.url}/result${query}`);
const row = (id: string): Locator => page.locator(`[id="${id}"]`);
const names = () => page.locator('#jobs tbody th a').allInnerTexts();

const done = (name: string, ...classes: readonly [string, number][]) =>
  records.insert('POSTPROCESSING_COMPLETE', name, {
    detections: {
      total: classes.reduce((sum, [, count]) => sum + count, 0),
      classes: classes.map(([label, count]) => ({ label, count })),
    },
    PROCESS_START: new Date('2026-11-30T16:45:24.123Z'),
    TOTAL: 77_126,
  });

it('shows when a job was uploaded, the length of its video and what was found', async () => {
  const id = await done('clip.mp4', ['person', 1200], ['car', 34]);
  await open();
  const time = row(id).locator('time');
  expect(await time.innerText()).toBe('30 Nov 2026, 16:45 UTC');
  expect(await time.getAttribute('datetime')).toBe('2026-11-30T16:45:24.123Z');
  expect(await row(id).locator('.when').innerText()).toContain('2.0 s video');
  expect(await row(id).locator('.found').innerText()).toMatch(/^1,234 detections\s+person 1200, car 34$/);
  await row(id).getByText('Total 1 min 17 s').click();
  expect(await row(id).locator('dl').innerText()).toMatch(/TOTAL\s+0:01:17\.126000/);
});

it('filters by class and model and sorts, with the names of the API', async () => {
  await done('few.mp4', ['person', 2]);
  await done('none.mp4');
  await done('many.mp4', ['cup', 5], ['person', 40]);
  await records.insert('ENQUEUE', 'other.mp4', {
    options: { model: 'another', score: 0.5, classes: [], frameStep: 1 },
  });
  await open();
  await page.getByLabel('Class found').fill('person');
  await page.getByLabel('Sort').selectOption('most detections first');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.waitForURL('**/result?*class=person*');
  expect(await names()).toEqual(['many.mp4', 'few.mp4']);
  expect(await page.getByLabel('Class found').inputValue()).toBe('person');
  const { search } = new URL(page.url());
  const asked = new URLSearchParams([...new URLSearchParams(search)].filter(([, value]) => value !== ''));
  const api = await (await fetch(`${cluster.url}/api/jobs?${asked.toString()}`)).json();
  expect(api).toMatchObject({
    jobs: [
      { filename: 'many.mp4', detections: { total: 45, classes: [{ label: 'cup', count: 5 }, {}] } },
      { filename: 'few.mp4' },
    ],
  });
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await page.waitForURL('**/result');
  expect(await names()).toHaveLength(4);
  await open('?sort=oldest');
  expect(await names()).toEqual(['few.mp4', 'none.mp4', 'many.mp4', 'other.mp4']);
  await open('?model=another');
  expect(await names()).toEqual(['other.mp4']);
});

it('has pages in every order', async () => {
  for (let n = 0; n < 52; n++) await done(`${n}.mp4`, ['cup', n]);
  await open('?sort=detections');
  expect((await names()).slice(0, 2)).toEqual(['51.mp4', '50.mp4']);
  await page.getByRole('link', { name: 'Next page' }).click();
  await page.getByRole('link', { name: 'First page' }).waitFor();
  expect(await names()).toEqual(['1.mp4', '0.mp4']);
});

it('names the file in every button of a row', async () => {
  await records.insert('ENQUEUE', 'a.mp4');
  await records.insert('CANCELLED', 'b.mp4');
  await done('c.mp4');
  await open();
  for (const name of ['Cancel a.mp4', 'Delete a.mp4', 'Retry b.mp4', 'Delete c.mp4'])
    expect(await page.getByRole('button', { name, exact: true }).count()).toBe(1);
  expect(await page.getByRole('link', { name: 'AVI of c.mp4' }).count()).toBe(1);
  expect(await page.getByRole('checkbox', { name: 'Select b.mp4' }).count()).toBe(1);
});

it('selected jobs are cancelled and deleted after a confirmation, with the keyboard only', async () => {
  const waiting = await records.insert('ENQUEUE', 'waiting.mp4');
  const ended = await done('done.mp4');
  await open('?sort=newest');
  const cancel = page.getByRole('button', { name: 'Cancel selected' });
  expect(await cancel.isDisabled()).toBe(true);
  await page.getByRole('checkbox', { name: 'Select waiting.mp4' }).focus();
  await page.keyboard.press('Space');
  await page.getByText('(1 selected)').waitFor();
  await records.set(waiting, { progress: { done: 1, total: 9 }, STATUS: 'INFERENCING' });
  await row(waiting).getByText('1 of 9 frames').waitFor();
  expect(await page.getByRole('checkbox', { name: 'Select waiting.mp4' }).isChecked()).toBe(true);
  await page.getByRole('checkbox', { name: 'Select all' }).focus();
  await page.keyboard.press('Space');
  await page.getByText('(2 selected)').waitFor();
  await cancel.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Cancel 1 job?' }).waitFor();
  await page.getByText('1 selected job left out: it has ended.').waitFor();
  expect(await problemsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Cancel 1 job' }).focus();
  await page.keyboard.press('Space');
  await page.getByRole('heading', { name: '1 job cancelled' }).waitFor();
  expect((await cluster.job(waiting)).status).toBe('CANCELLED');
  expect(await problemsOf(page)).toEqual([]);
  await page.getByRole('link', { name: 'Back to the results' }).click();
  await page.waitForURL('**/result?sort=newest');
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await page.getByRole('button', { name: 'Delete selected' }).click();
  await fetch(`${cluster.url}/api/jobs/${ended}`, { method: 'DELETE' });
  await page.getByRole('button', { name: 'Delete 2 jobs' }).click();
  await page.getByRole('heading', { name: '1 job deleted' }).waitFor();
  await page.getByText(`${ended}: There is no job ${ended}.`).waitFor();
  await open();
  await page.getByText('No jobs yet').waitFor();
  expect(await problemsOf(page)).toEqual([]);
});

it('works on 100 jobs at once, and refuses more', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 101; n++) ids.push(await records.insert('ENQUEUE', `${n}.mp4`));
  const ask = (some: readonly string[]) =>
    fetch(`${cluster.url}/result/selected?action=cancel&${some.map((id) => `id=${id}`).join('&')}`);
  expect(await (await ask(ids)).text()).toContain('the limit is 100');
  expect((await ask([])).status).toBe(400);
  expect(await (await ask(ids.slice(1))).text()).toContain('Cancel 100 jobs?');
  const body = new URLSearchParams({ action: 'cancel', id: ids.slice(1).join(',') });
  const answer = await fetch(`${cluster.url}/result/selected`, { method: 'POST', body });
  expect(await answer.text()).toContain('100 jobs cancelled');
  expect((await cluster.job(ids[0]!)).status).toBe('ENQUEUE');
});

it('without JavaScript, jobs can be selected, and the sample can be tried', async () => {
  const plain = await startBrowser({ javaScriptEnabled: false });
  try {
    const tab = await plain.browser.newPage();
    await tab.goto(`${cluster.url}/result`);
    await tab.getByRole('button', { name: 'Try a sample' }).click();
    await tab.waitForURL('**/jobs/*');
    const id = tab.url().slice(-24);
    await tab.goto(`${cluster.url}/result`);
    await tab.getByRole('link', { name: 'Stop refreshing to select jobs' }).click();
    await tab.waitForURL('**/result?refresh=off');
    expect(await tab.locator('meta[http-equiv=refresh]').count()).toBe(0);
    await tab.getByRole('checkbox', { name: 'Select sample.mp4' }).check();
    const job = await cluster.finished(id);
    expect(job.status).toBe('POSTPROCESSING_COMPLETE');
    expect(job.detections!.classes[0]).toEqual({ label: 'cup', count: 120, objects: 1 });
    await tab.getByRole('button', { name: 'Delete selected' }).click();
    await tab.getByRole('button', { name: 'Delete 1 job' }).click();
    await tab.getByRole('heading', { name: '1 job deleted' }).waitFor();
  } finally {
    await plain.close();
  }
});

it('one click on the upload page makes a job of the sample', async () => {
  await page.goto(`${cluster.url}/upload`);
  await page.getByRole('button', { name: 'Try a sample' }).click();
  await page.waitForURL('**/jobs/*');
  await page.getByRole('heading', { name: 'sample.mp4' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).waitFor();
});

/** Size of everything that can be pressed, except links inside of text. */
const SMALL_TARGETS = `[...document.querySelectorAll('a, button, input, select, summary')]
  .filter((one) => one.type !== 'hidden' && one.getClientRects().length > 0 && !one.closest('p, li, small'))
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 24 || height < 24).map(([html]) => html)`;

it('has targets of at least 24 pixels, a visible focus, and marks the current page', async () => {
  await done('x.mp4', ['cup', 1]);
  await records.insert('CANCELLED', 'y.mp4');
  for (const path of ['/result', '/upload']) {
    await page.goto(cluster.url + path);
    expect(await page.evaluate(SMALL_TARGETS)).toEqual([]);
    const current = page.locator('nav [aria-current=page]');
    const css = (property: string) => `getComputedStyle(document.activeElement).${property}`;
    await page.keyboard.press('Tab');
    expect(await page.evaluate(css('outlineWidth'))).toBe('3px');
    const line = 'getComputedStyle(document.querySelector("nav [aria-current=page]")).textDecorationLine';
    expect([await current.count(), await page.evaluate(line)]).toEqual([1, 'underline']);
  }
});

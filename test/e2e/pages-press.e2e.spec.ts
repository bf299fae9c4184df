import { setTimeout as delay } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { openPageForEachTest } from '../support/browser';
import { Cluster } from '../support/cluster';
import { Records } from '../support/records';

// Presses, focus and selections on pages that change as fast as workers report progress.

jest.setTimeout(180_000);

const PRESSES = 20;
const PRESS_MS = 150;

let cluster: Cluster;
let records: Records;
let page: Page;
/** A running job, whose progress changes every 50 ms. */
let id: string;
let working = true;
let work: Promise<void>;

beforeAll(async () => {
  cluster = await Cluster.start({ replicas: { infer: 0, postprocess: 0 } });
  records = await Records.open(cluster);
  id = await records.insert('INFERENCING', 'busy.mp4', { progress: { done: 1, total: 1e6 } });
  work = advance();
});
openPageForEachTest((opened) => ({ page } = opened));
afterAll(async () => {
  working = false;
  await work;
  await records.close();
  await cluster.stop();
});

async function advance(): Promise<void> {
  for (let done = 1; working; done++) {
    await records.set(id, { progress: { done, total: 1e6 } });
    await delay(50);
  }
}

/** Presses at any moment between two updates; counts the presses without effect. */
async function lost(path: string, place: Locator): Promise<number> {
  await page.goto(cluster.url + path);
  await page.evaluate(`(() => {
    globalThis.presses = 0;
    const count = (event) => { event.preventDefault(); globalThis.presses++; };
    document.addEventListener('submit', count);
    document.addEventListener('click', (event) => { if (event.target.closest('a')) count(event); });
  })()`);
  for (let n = 0; n < PRESSES; n++) {
    await place.hover();
    await page.mouse.down();
    await delay(PRESS_MS);
    await page.mouse.up();
    await delay((n * 97) % 350);
  }
  return PRESSES - (await page.evaluate<number>('globalThis.presses'));
}

/** Waits for new texts in an element, to see that updates arrive. */
async function updates(place: Locator, count: number): Promise<void> {
  let text = await place.innerText();
  for (let seen = 0; seen < count;) {
    await delay(20);
    const next = await place.innerText();
    if (next !== text) seen++;
    text = next;
  }
}

const pages = () =>
  [
    [`/jobs/${id}`, '#now'],
    ['/result', `[id="${id}"]`],
  ] as const;

it('loses no press on the page of a running job', async () => {
  const [path, part] = pages()[0];
  expect(await lost(path, page.locator(part).getByRole('button', { name: 'Cancel' }))).toBe(0);
  expect(await lost(path, page.locator(part).getByRole('button', { name: 'Delete' }))).toBe(0);
});

it('loses no press in the table of jobs', async () => {
  const [path, part] = pages()[1];
  expect(await lost(path, page.locator(part).getByRole('button', { name: 'Cancel' }))).toBe(0);
  expect(await lost(path, page.locator(part).getByRole('link', { name: 'busy.mp4' }))).toBe(0);
});

it.each([0, 1])('keeps the focus, the selection and open details (page %d)', async (n) => {
  const [path, part] = pages()[n]!;
  await page.goto(cluster.url + path);
  const live = page.locator(part);
  const button = live.getByRole('button', { name: 'Cancel' });
  await button.focus();
  await live.evaluate((element: { mark?: boolean }) => (element.mark = true));
  await page.evaluate(`getSelection().selectAllChildren(document.querySelector('${part} code'))`);
  await updates(live.locator('.frames'), 4);
  expect(await button.and(page.locator(':focus')).count()).toBe(1);
  expect(await page.evaluate('String(getSelection())')).toBe('INFERENCING');
  expect(await live.evaluate((element: { mark?: boolean }) => element.mark)).toBe(true);
});

it('holds updates back while the pointer is pressed, and then shows them', async () => {
  await page.goto(`${cluster.url}/jobs/${id}`);
  const frames = page.locator('#now .frames');
  await frames.hover();
  await page.mouse.down();
  await delay(100);
  const before = await frames.innerText();
  await delay(1500);
  expect(await frames.innerText()).toBe(before);
  await page.mouse.up();
  await updates(frames, 1);
});

it('a press on Cancel cancels the job', async () => {
  await page.goto(`${cluster.url}/jobs/${id}`);
  const cancel = page.locator('#now').getByRole('button', { name: 'Cancel' });
  await updates(page.locator('#now .frames'), 1);
  await cancel.click({ delay: PRESS_MS });
  await page.getByText('CANCELLED', { exact: true }).waitFor();
  expect((await cluster.job(id)).status).toBe('CANCELLED');
});

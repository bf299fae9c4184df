import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import type { Layout } from '#contract';
import { problemsOf } from '../support/axe';
import { openPageForEachTest, startBrowser, untilTrue } from '../support/browser';
import { Cluster } from '../support/cluster';
import { newJob } from '../support/database';
import { Records } from '../support/records';
import { LAYOUT, greyClip, send, trackedJob } from '../support/tracked-job';
import { BLUE, jpeg, temporaryFolder } from '../support/video';

// Lines and zones in the pages: the editor, the counts of a job, and the player.

jest.setTimeout(120_000);

let cluster: Cluster;
let records: Records;
let folder: string;
let clip: string;
let page: Page;

beforeAll(async () => {
  folder = await temporaryFolder();
  clip = await greyClip(folder);
  cluster = await Cluster.start({ env: { POLL_MAX_MS: '100' } });
  records = await Records.open(cluster);
});
openPageForEachTest((opened) => ({ page } = opened));
afterAll(async () => {
  await records.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const complete = () => trackedJob(cluster, records, clip);
const at = (id: string, path = '') => `${cluster.url}/api/jobs/${id}/layout${path}`;

const text = () => page.locator('#text').inputValue();
const layout = async () => JSON.parse(await text()) as Layout;
const open = async (id: string) => {
  await page.goto(`${cluster.url}/jobs/${id}/layout`);
  await untilTrue(page, "!document.querySelector('#picture canvas').hidden"); // a frame without boxes
};

/** Presses the mouse at a place of the picture, in fractions, and releases it at another. */
async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const { x, y, width, height } = (await page.locator('#picture').boundingBox())!;
  await page.mouse.move(x + from[0] * width, y + from[1] * height);
  await page.mouse.down();
  await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 4 });
  await page.mouse.up();
}

it('draws lines and zones with the mouse', async () => {
  const id = await complete();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${cluster.url}/jobs/${id}`);
  await page.getByRole('link', { name: 'Draw lines and zones' }).click();
  await untilTrue(page, "!document.querySelector('#picture canvas').hidden");
  await page.getByRole('button', { name: 'Add line' }).click();
  await drag([0.5, 0.9], [0.5, 0.1]);
  await page.getByRole('button', { name: 'Add zone' }).click();
  for (const corner of [[0.6, 0.5], [0.8, 0.5], [0.8, 0.9], [0.6, 0.9], [0.6, 0.9]] as const) await drag(corner, corner); // prettier-ignore
  const { lines, zones } = await layout();
  expect(lines[0]!.from[0]).toBeCloseTo(0.5, 2);
  expect(lines[0]!.to[1]).toBeCloseTo(0.1, 2);
  expect(zones[0]!.points).toHaveLength(4);
  expect(await page.locator('#hint').innerText()).toMatch(/^Drag the points/); // the second click on the last corner has ended the zone
  await drag([0.8, 0.5], [0.9, 0.6]); // a handle
  expect((await layout()).zones[0]!.points[1]![0]).toBeCloseTo(0.9, 2);
  await page.getByRole('button', { name: 'Save and count' }).click();
  await page.waitForURL(`**/jobs/${id}#layout`);
  const rows = await page.locator('section:has(#layout) tbody tr').allInnerTexts();
  expect(rows.map((row) => row.split('\t'))).toEqual([
    ['Line 1', 'to the left', '1', 'car 1'],
    ['Line 1', 'to the right', '1', 'person 1'],
    ['Zone 1', '2', '2', '2', 'car 1, person 1', expect.stringMatching(/ s$/), expect.stringMatching(/ s$/)],
  ]); // prettier-ignore
});

it('works with the keyboard alone, and keeps presets', async () => {
  const id = await complete();
  await open(id);
  await page.getByRole('button', { name: 'Add line' }).focus();
  await page.keyboard.press('Enter');
  await untilTrue(page, "document.activeElement.getAttribute('aria-label').startsWith('Line 1, start')");
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Shift+ArrowRight');
  expect((await layout()).lines).toEqual([{ name: 'Line 1', from: [0.25, 0.495], to: [0.8, 0.5] }]);
  expect(await page.locator('#hint').innerText()).toBe('Line 1, start: 25 %, 49.5 %');
  await page.getByLabel('Name', { exact: true }).fill('Kerb');
  await page.getByLabel('End, x %').fill('75.5');
  await page.getByLabel('Name of the direction to the left').fill('in');
  await page.getByLabel('Point of a box that counts').selectOption('centre');
  const kerb = { name: 'Kerb', from: [0.25, 0.495], to: [0.755, 0.5], directions: { left: 'in' } };
  expect(await layout()).toEqual({ anchor: 'centre', lines: [kerb], zones: [] });
  await page.getByLabel('Preset name').fill('Kerb side');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/layout?preset=Kerb%20side`);
  expect((await layout()).lines).toEqual([kerb]);
  await page.getByRole('button', { name: 'Swap directions of Kerb' }).press('Enter');
  await page.getByRole('button', { name: 'Save and count' }).press('Enter');
  await page.waitForURL(`**/jobs/${id}#layout`);
  await page.goto(`${cluster.url}/jobs/${id}/layout`);
  expect((await layout()).lines[0]).toMatchObject({ from: kerb.to, to: kerb.from });
  await page.getByRole('button', { name: 'Load' }).press('Enter');
  await page.waitForURL(`**/layout?preset=Kerb*`);
  expect((await layout()).lines).toEqual([kerb]);
  await page.getByRole('button', { name: 'Delete preset' }).press('Enter');
  await page.waitForURL(`**/jobs/${id}/layout`);
  expect(await page.locator('#presets').count()).toBe(0);
  await page.getByRole('button', { name: 'Delete lines and zones' }).press('Enter');
  await page.waitForURL(`**/jobs/${id}`);
  expect(await page.getByRole('link', { name: 'Draw lines and zones' }).count()).toBe(1);
});

it('works without JavaScript, and keeps a text with errors', async () => {
  const id = await complete();
  const { browser, close } = await startBrowser({ javaScriptEnabled: false });
  const plain = await browser.newPage();
  await plain.goto(`${cluster.url}/jobs/${id}/layout`);
  await plain.locator('#text').fill('{"lines":[{"name":"Gate"}]}');
  await plain.getByRole('button', { name: 'Save and count' }).click();
  expect(await plain.getByRole('alert').innerText()).toBe(
    'lines[0].from: expected a point [x, y]; lines[0].to: expected a point [x, y].',
  );
  expect(await plain.locator('#text').inputValue()).toBe('{"lines":[{"name":"Gate"}]}');
  await plain.locator('#text').fill(JSON.stringify(LAYOUT));
  await plain.getByRole('button', { name: 'Save and count' }).click();
  expect(await plain.getByRole('row', { name: /^Gate eastbound 1 person 1/ }).count()).toBe(1);
  await close();
});

it('draws lines and zones in the player with the counts so far', async () => {
  const id = await complete();
  await send(at(id), 'PUT', LAYOUT);
  const counts = () => page.locator('#live-counts li').allInnerTexts();
  const reach = (frame: number) =>
    untilTrue(page, `document.querySelector('#player').dataset.frame === '${frame}'`);
  await page.goto(`${cluster.url}/jobs/${id}#frame=49`);
  await reach(49);
  await untilTrue(page, "document.querySelector('#live-counts li')");
  expect(await counts()).toEqual(['Gate: to the left 0, eastbound 0', 'Yard: 0 inside, 0 entries']);
  await page.keyboard.press('.');
  await reach(50);
  expect((await counts())[0]).toBe('Gate: to the left 0, eastbound 1');
  await page.goto(`${cluster.url}/jobs/${id}#frame=70`);
  await reach(70);
  expect((await counts())[1]).toBe('Yard: 2 inside, 2 entries');
  expect(await page.locator('#player .layout-drawing text').allTextContents()).toEqual([
    'Yard: 2',
    'Gate: 0 / 1',
  ]);
  const [drawing, canvas] = await page.evaluate<[object, object]>(
    "['svg.layout-drawing', '#layer'].map((one) => document.querySelector('#player ' + one).getBoundingClientRect().toJSON())",
  );
  expect(drawing).toEqual(canvas);
  await page.getByRole('button', { name: 'Lines and zones' }).click();
  expect(await page.locator('#player .layout-drawing').isVisible()).toBe(false);
});

it('shows an annotated frame if the browser cannot play the video', async () => {
  const id = await complete();
  await records.set(id, { video: newJob().video });
  await mkdir(cluster.workspace.path(id, 'tar_frame'));
  await writeFile(cluster.workspace.path(id, 'tar_frame', 'tar_0.jpg'), jpeg(BLUE));
  await page.goto(`${cluster.url}/jobs/${id}/layout`);
  await untilTrue(page, "document.querySelector('#picture img').naturalWidth > 0");
  expect(await page.locator('#picture canvas').isVisible()).toBe(false);
});

it('is accessible', async () => {
  const id = await complete();
  await send(at(id), 'PUT', LAYOUT);
  await open(id);
  expect(await problemsOf(page)).toEqual([]);
  await page.goto(`${cluster.url}/jobs/${id}`);
  await untilTrue(page, "document.querySelector('#live-counts li')");
  expect(await problemsOf(page)).toEqual([]);
});

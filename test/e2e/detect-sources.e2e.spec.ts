import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { collectPageErrors, startBrowser } from '../support/browser';
import { Cluster } from '../support/cluster';
import { repositoryRoot } from '../support/test-data';
import { ffmpeg, temporaryFolder } from '../support/video';

// Where the image page takes images from. The sample image shows a cup on a table.

jest.setTimeout(180_000);

const SAMPLE = join(repositoryRoot, 'models/sample.jpg');

let cluster: Cluster;
let folder: string;
let browser: BrowserContext;
let closeBrowser: () => Promise<void>;
let page: Page;
let pageErrors: string[];

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start();
  ({ browser, close: closeBrowser } = await startBrowser());
});
afterAll(async () => {
  await closeBrowser();
  await cluster.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  page = await browser.newPage();
  pageErrors = collectPageErrors(page);
  await page.goto(`${cluster.url}/detect`);
});
afterEach(() => page.close());

/** Runs a script in the page where `data` is a DataTransfer with a file of these bytes. */
async function withFile(file: string, name: string, type: string, script: string): Promise<void> {
  const bytes = (await readFile(file)).toString('base64');
  await page.evaluate(`(() => {
    const bytes = Uint8Array.from(atob('${bytes}'), (character) => character.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], '${name}', { type: '${type}' }));
    ${script}
  })()`);
}

const drag = (target: string, type: string) => `document.querySelector('${target}')
  .dispatchEvent(new DragEvent('${type}', { dataTransfer: data, bubbles: true, cancelable: true }));`;

/** Images that the upload page has stored for the image page. */
const STORED_IMAGES = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('boxreel-image');
  opening.onerror = reject;
  opening.onsuccess = () => {
    const counting = opening.result.transaction('images').objectStore('images').count();
    counting.onsuccess = () => resolve(counting.result);
  };
})`;

/** Waits for the boxes of the sample image, and checks that the cup has the right one. */
async function expectSampleDetected(name: string | RegExp): Promise<void> {
  await page.getByRole('heading', { name: 'Detections' }).waitFor();
  await page.getByLabel(/^Score above/).fill('0.1');
  const entry = page.locator('#found button', { hasText: 'cup' }).first();
  await entry.waitFor();
  expect(await page.locator('#picture').getAttribute('alt')).toMatch(name);

  const box = page.locator(`#boxes g[data-index="${await entry.getAttribute('data-index')}"] .box`);
  const [image, cup] = [await page.locator('#picture').boundingBox(), await box.boundingBox()];
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(await readFile(SAMPLE))]), 'sample.jpg');
  form.set('classes', 'cup');
  form.set('score', '0.1');
  const answer = await fetch(`${cluster.url}/api/detect`, { method: 'POST', body: form });
  const { detections } = (await answer.json()) as { detections: { box: { x1: number; y1: number } }[] };
  expect((cup!.x - image!.x) / image!.width).toBeCloseTo(detections[0]!.box.x1, 1);
  expect((cup!.y - image!.y) / image!.height).toBeCloseTo(detections[0]!.box.y1, 1);
  expect(pageErrors).toEqual([]);
}

it('detects objects in an image dropped anywhere on the page', async () => {
  await withFile(SAMPLE, 'dropped.jpg', 'image/jpeg', drag('h1', 'dragenter'));
  expect(await page.locator('#detect').getAttribute('class')).toBe('over');
  await withFile(SAMPLE, 'dropped.jpg', 'image/jpeg', `${drag('h1', 'dragover')} ${drag('h1', 'drop')}`);
  await expectSampleDetected(/^dropped\.jpg$/);
  expect(await page.locator('#detect').getAttribute('class')).toBe('');
});

it('detects objects in an image pasted from the clipboard', async () => {
  await withFile(
    SAMPLE,
    'pasted.jpg',
    'image/jpeg',
    `document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));`,
  );
  await expectSampleDetected(/^pasted\.jpg$/);
});

it('ignores pasted text', async () => {
  const paste = `const data = new DataTransfer();
    data.setData('text/plain', 'cup');
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));`;
  await page.evaluate(`(() => { ${paste} })()`);
  expect(await page.locator('#live').isVisible()).toBe(false);
  expect(await page.locator('#problem').isVisible()).toBe(false);
  expect(pageErrors).toEqual([]);
});

describe('a frame of a video', () => {
  let clip: string;
  beforeAll(async () => {
    const output = ['-t', '1', '-r', '10', '-c:v', 'libvpx', '-b:v', '4M'];
    clip = await ffmpeg(join(folder, 'clip.webm'), '-loop', '1', '-i', SAMPLE, ...output);
  });

  it('is detected in a chosen video', async () => {
    await page.getByRole('button', { name: 'Use a video frame' }).click();
    await page.getByLabel('Video', { exact: true }).setInputFiles(clip);
    await page.getByRole('button', { name: 'Use this frame' }).click();
    await expectSampleDetected(/^frame-\d+\.\d\ds\.jpg$/);
  });

  it('is detected in a dropped video', async () => {
    await withFile(clip, 'clip.webm', 'video/webm', drag('h1', 'drop'));
    await page.getByRole('button', { name: 'Use this frame' }).click();
    await expectSampleDetected(/^frame-/);
  });
});

describe('the upload page', () => {
  const toImagePage = async () => {
    await page.getByText('This is an image, not a video').first().waitFor();
    await page.getByRole('link', { name: 'Open it on the image page' }).click();
    await page.getByRole('heading', { name: 'Detect objects in an image' }).waitFor();
  };

  it('sends a dropped image to the image page, once', async () => {
    await page.goto(`${cluster.url}/upload`);
    await withFile(SAMPLE, 'street.jpg', 'image/jpeg', drag('#upload', 'drop'));
    await toImagePage();
    await expectSampleDetected(/^street\.jpg$/);
    expect(page.url()).toBe(`${cluster.url}/detect`);

    expect(await page.evaluate(STORED_IMAGES)).toBe(0);
  });

  it('sends a chosen image to the image page', async () => {
    await page.goto(`${cluster.url}/upload`);
    await page.getByLabel('Video').setInputFiles(SAMPLE);
    await toImagePage();
    await expectSampleDetected(/^sample\.jpg$/);
  });

  it('opens the image page even if the browser cannot store the image', async () => {
    await page.goto(`${cluster.url}/upload`);
    await page.evaluate(`IDBFactory.prototype.open = () => { throw new Error('no storage'); }`);
    await page.getByLabel('Video').setInputFiles(SAMPLE);
    await toImagePage();
    expect(page.url()).toBe(`${cluster.url}/detect`);
    expect(await page.locator('#problem').isVisible()).toBe(false);
  });
});

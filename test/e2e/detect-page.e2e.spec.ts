import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { problemsOf } from '../support/axe';
import { collectPageErrors, startBrowser } from '../support/browser';
import { Cluster } from '../support/cluster';
import { repositoryRoot } from '../support/test-data';
import { WEBP } from '../support/tiny-images';
import { ffmpeg, jpegPixels, source, temporaryFolder } from '../support/video';

// The image page in a real browser, with and without JavaScript. The sample image shows a cup on a table.

jest.setTimeout(180_000);

const SAMPLE = join(repositoryRoot, 'models/sample.jpg');

let cluster: Cluster;
let folder: string;
let notAnImage: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  notAnImage = join(folder, 'notes.jpg');
  await writeFile(notAnImage, 'not an image');
  cluster = await Cluster.start();
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

describe('with JavaScript', () => {
  let browser: BrowserContext;
  let close: () => Promise<void>;
  let page: Page;
  let pageErrors: string[];
  let requests: string[];

  beforeAll(async () => ({ browser, close } = await startBrowser()));
  afterAll(() => close());
  beforeEach(async () => {
    page = await browser.newPage();
    await page.setViewportSize({ width: 1440, height: 900 });
    pageErrors = collectPageErrors(page);
    requests = [];
    page.on('request', (request) => {
      if (request.url().includes('/api/detect')) requests.push(request.url());
    });
    await page.goto(`${cluster.url}/detect`);
  });
  afterEach(() => page.close());

  const boxes = () => page.locator('#boxes .box');
  const entries = () => page.locator('#found button');
  const slide = (label: RegExp, value: string) => page.getByLabel(label).fill(value);

  /** Chooses the sample image and shows weak detections. */
  async function useSample(): Promise<void> {
    await page.getByRole('button', { name: 'Use the sample image' }).click();
    await page.getByRole('heading', { name: 'Detections' }).waitFor();
    await slide(/^Score above/, '0.06');
    await boxes().nth(1).waitFor({ state: 'attached' });
  }

  it('shows boxes, and filters them without another request', async () => {
    await useSample();
    const many = await boxes().count();
    expect(await entries().count()).toBe(many);
    expect(requests).toHaveLength(1);

    const [chip] = await page.locator('.chip').all();
    const [, count = ''] = /(\d+)$/.exec(await chip!.innerText()) ?? [];
    await chip!.click();
    expect(await boxes().count()).toBe(many - Number(count));
    expect(await page.locator('.chip').first().getAttribute('aria-pressed')).toBe('false');
    await page.locator('.chip').first().click();

    await slide(/^Overlap threshold/, '0');
    expect(await boxes().count()).toBeLessThanOrEqual(many);
    await slide(/^Score above/, '1');
    expect(await boxes().count()).toBe(0);
    await page.getByText('No objects. Lower the score').waitFor();
    expect(requests).toHaveLength(1);
    expect(pageErrors).toEqual([]);
  });

  it('has the colours of the API, and highlights a box with its entry', async () => {
    await useSample();
    const form = new FormData();
    form.set('image', new Blob([new Uint8Array(await readFile(SAMPLE))]), 'sample.jpg');
    form.set('score', '0.06');
    const answer = await fetch(`${cluster.url}/api/detect`, { method: 'POST', body: form });
    const { detections } = (await answer.json()) as { detections: { label: string; colour: string }[] };
    const best = detections[0]!;
    expect(await entries().first().innerText()).toContain(best.label);
    const box = page.locator('#boxes g[data-index="0"]');
    expect(await box.locator('.box').getAttribute('stroke')).toBe(best.colour);

    const isOn = async () => (await box.getAttribute('class')) === 'on';
    await entries().first().hover();
    expect(await isOn()).toBe(true);
    await page.mouse.move(0, 0);
    expect(await isOn()).toBe(false);
    await entries().first().focus();
    expect(await isOn()).toBe(true);
    await entries().first().blur();
    await box.locator('.box').hover({ position: { x: 2, y: 2 }, force: true });
    expect(await entries().first().getAttribute('class')).toBe('on');
    expect(pageErrors).toEqual([]);
  });

  it('saves the detections as JSON and the annotated image', async () => {
    await useSample();
    const shown = await boxes().count();
    const saved = async (button: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button }).click(),
      ]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    };
    const json = await saved('Save JSON');
    expect(json.name).toBe('sample.json');
    expect((JSON.parse(json.bytes.toString()) as { detections: unknown[] }).detections).toHaveLength(shown);
    const annotated = await saved('Save annotated JPEG');
    expect(annotated.name).toBe('sample-boxes.jpg');
    expect(annotated.bytes.equals(await readFile(SAMPLE))).toBe(false);
    const { width, height } = jpegPixels(await readFile(SAMPLE));
    expect(jpegPixels(annotated.bytes)).toMatchObject({ width, height });
  });

  it('shows why an image is refused, and accepts the next one', async () => {
    await page.getByLabel('Image', { exact: true }).setInputFiles(notAnImage);
    await page.getByRole('alert').getByText('not a JPEG, PNG or WebP image').waitFor();
    const webp = join(folder, 'tiny.webp');
    await writeFile(webp, WEBP.lossy);
    await page.getByLabel('Image', { exact: true }).setInputFiles(webp);
    await page.getByRole('heading', { name: 'Detections' }).waitFor();
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });

  it('detects objects in a frame of a video', async () => {
    const clip = await ffmpeg(
      join(folder, 'clip.webm'),
      ...source('testsrc2=s=320x240:d=1'),
      '-c:v',
      'libvpx',
    );
    await page.getByRole('button', { name: 'Use a video frame' }).click();
    await page.getByLabel('Video', { exact: true }).setInputFiles(clip);
    await page.getByRole('button', { name: 'Use this frame' }).click();
    await page.getByRole('heading', { name: 'Detections' }).waitFor();
    expect(await page.locator('#picture').getAttribute('alt')).toMatch(/^frame-/);
    expect(pageErrors).toEqual([]);
  });

  it('is accessible', async () => {
    expect(await problemsOf(page)).toEqual([]);
    await useSample();
    expect(await problemsOf(page)).toEqual([]);
  });

  it('is where the upload page sends images', async () => {
    await page.goto(`${cluster.url}/upload`);
    await page.getByLabel('Video').setInputFiles(SAMPLE);
    await page.getByText('This is an image, not a video').first().waitFor();
    await page.getByRole('link', { name: 'Open the image page' }).click();
    await page.getByRole('heading', { name: 'Detect objects in an image' }).waitFor();
  });
});

describe('without JavaScript', () => {
  let page: Page;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const started = await startBrowser({ javaScriptEnabled: false });
    close = started.close;
    page = await started.browser.newPage();
  });
  afterAll(() => close());

  const submit = async (file: string, score: string) => {
    await page.goto(`${cluster.url}/detect`);
    await page.getByLabel('Image', { exact: true }).setInputFiles(file);
    await page.getByLabel('Score threshold').fill(score);
    await page.getByRole('button', { name: 'Detect' }).click();
  };

  it('a form returns the annotated image and a table', async () => {
    await submit(SAMPLE, '0.06');
    await page.getByRole('heading', { name: /objects in sample.jpg/ }).waitFor();
    expect(await page.getByRole('rowheader').allInnerTexts()).toContain('cup');
    const image = page.getByRole('img', { name: /sample.jpg with boxes/ });
    expect(await image.getAttribute('src')).toMatch(/^data:image\/jpeg;base64,/);
    expect(await page.getByLabel('Score threshold').inputValue()).toBe('0.06');
  });

  it('a refused image shows the reason, and keeps the options', async () => {
    await submit(notAnImage, '0.3');
    await page.getByText('not a JPEG, PNG or WebP image').waitFor();
    expect(await page.getByLabel('Score threshold').inputValue()).toBe('0.3');
  });
});

it('returns the right status for a refused form', async () => {
  const post = (bytes: Uint8Array<ArrayBuffer>, fields: Record<string, string> = {}) => {
    const form = new FormData();
    form.set('image', new Blob([bytes]), 'image.jpg');
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const headers = { Accept: 'text/html' };
    return fetch(`${cluster.url}/detect`, { method: 'POST', body: form, headers });
  };
  const sample = new Uint8Array(await readFile(SAMPLE));
  const statuses = await Promise.all([
    post(new Uint8Array()).then(({ status }) => status),
    post(new Uint8Array([1, 2, 3])).then(({ status }) => status),
    post(sample, { score: '7' }).then(({ status }) => status),
    post(new Uint8Array(25 * 1024 ** 2 + 1)).then(({ status }) => status),
  ]);
  expect(statuses).toEqual([400, 422, 400, 413]);
});

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { problemsOf } from '../support/axe';
import { collectPageErrors, startBrowser } from '../support/browser';
import { Cluster } from '../support/cluster';
import { scrape } from '../support/metrics';
import { repositoryRoot } from '../support/test-data';
import { WEBP } from '../support/tiny-images';
import { jpegPixels, temporaryFolder } from '../support/video';

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

  it('is accessible', async () => {
    expect(await problemsOf(page)).toEqual([]);
    await useSample();
    expect(await problemsOf(page)).toEqual([]);
  });

  it('is accessible without its script', async () => {
    await page.route('**/static/detect.js', (route) => route.abort()); // axe itself needs JavaScript
    await page.reload();
    await page.getByLabel('Image', { exact: true }).setInputFiles(SAMPLE);
    await page.getByRole('button', { name: 'Detect', exact: true }).click();
    await page.getByRole('img', { name: /sample.jpg with boxes/ }).waitFor();
    expect(await problemsOf(page)).toEqual([]);
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

  const fill = async (file: string, score: string) => {
    await page.goto(`${cluster.url}/detect`);
    await page.getByLabel('Image', { exact: true }).setInputFiles(file);
    await page.getByLabel('Score threshold').fill(score);
  };
  const submit = async (file: string, score: string) => {
    await fill(file, score);
    await page.getByRole('button', { name: 'Detect' }).click();
  };

  /** Requests that infer has answered so far. */
  const inferences = async () =>
    (await scrape(cluster.addresses.infer[0]!)).get(
      'boxreel_inference_requests_total{model="ssdlite-mobilenetv2",outcome="ok"}',
    ) ?? 0;

  it('a form runs the model once and returns the image, its boxes and a table', async () => {
    const before = await inferences();
    await submit(SAMPLE, '0.06');
    await page.getByRole('heading', { name: /objects in sample.jpg/ }).waitFor();
    expect(await inferences()).toBe(before + 1);
    expect(await page.getByLabel('Score threshold').inputValue()).toBe('0.06');
    const labels = await page.getByRole('rowheader').allInnerTexts();
    expect(labels).toContain('cup');
    const image = page.getByRole('img', { name: /sample.jpg with boxes/ });
    const sample = (await readFile(SAMPLE)).toString('base64');
    expect(await image.getAttribute('src')).toBe(`data:image/jpeg;base64,${sample}`);
  });

  it('a form draws a box per detection, in the colours of the API', async () => {
    await submit(SAMPLE, '0.06');
    const rows = await page.getByRole('row').count();
    const boxes = page.locator('.picture svg .box');
    expect(await boxes.count()).toBe(rows - 1);
    const best = boxes.last();
    expect(await best.getAttribute('stroke')).toBe(
      await page.locator('tbody .swatch rect').first().getAttribute('fill'),
    );
    const [label, score] = [page.getByRole('rowheader').first(), page.getByRole('cell').first()];
    const tag = `${await label.innerText()} ${await score.innerText()}`;
    expect(await page.locator('.picture svg .tag text').last().textContent()).toBe(tag);
    // the box on the screen is where the table says
    const [drawn, image] = [
      await best.boundingBox(),
      await page.getByRole('img', { name: /with boxes/ }).boundingBox(),
    ];
    const [x1] = (await page.getByRole('cell').nth(1).innerText()).split(',');
    expect((drawn!.x - image!.x) / image!.width).toBeCloseTo(Number(x1) / 600, 1);
  });

  it('a form downloads the annotated JPEG, with one run too', async () => {
    const before = await inferences();
    await fill(SAMPLE, '0.06');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download annotated JPEG' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('sample-boxes.jpg');
    const [annotated, sample] = await Promise.all([readFile(await download.path()), readFile(SAMPLE)]);
    expect(annotated.equals(sample)).toBe(false);
    expect(jpegPixels(annotated)).toMatchObject({ width: 600, height: 400 });
    expect(await inferences()).toBe(before + 1);
  });

  it('a large image has a table only', async () => {
    const large = join(folder, 'large.jpg');
    await writeFile(large, Buffer.concat([await readFile(SAMPLE), Buffer.alloc(8 * 1024 ** 2)]));
    await submit(large, '0.06');
    await page.getByText('The image is too large to show').waitFor();
    expect(await page.getByRole('rowheader').allInnerTexts()).toContain('cup');
    expect((await page.content()).length).toBeLessThan(100_000);
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

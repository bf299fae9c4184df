import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { classColour, cssColour } from '#annotation';
import { problemsOf } from '../support/axe';
import { openPageForEachTest, untilTrue } from '../support/browser';
import { Cluster } from '../support/cluster';
import { playerJob } from '../support/player-jobs';
import { Records } from '../support/records';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

// The player of the job page, which draws the boxes itself.

const RATE = { num: 25, den: 1 };
const FRAMES = 500;

let cluster: Cluster;
let records: Records;
let folder: string;
let clip: string;
/** A grey video of 20 s; every frame has a person, and a weak car; even ones have a dog. */
let id: string;
let page: Page;
let pageErrors: string[];

const person = { label: 'person', classIndex: 0, score: 0.9, box: [0.1, 0.3, 0.3, 0.9] } as const;
const dog = { label: 'dog', classIndex: 16, score: 0.7, box: [0.4, 0.3, 0.6, 0.9] } as const;
const car = { label: 'car', classIndex: 2, score: 0.2, box: [0.7, 0.3, 0.9, 0.9] } as const;
const found = (n: number) => (n % 2 ? [person, car] : [person, dog, car]);

beforeAll(async () => {
  folder = await temporaryFolder();
  clip = await ffmpeg(
    join(folder, 'clip.mp4'),
    ...source(`color=gray:s=320x180:r=25:d=${FRAMES / 25}`),
    ...[...H264, '-g', '25'],
  );
  cluster = await Cluster.start({ env: { POLL_MAX_MS: '100' } });
  records = await Records.open(cluster);
  id = await playerJob(cluster, records, { clip, frameRate: RATE, frames: FRAMES, found });
});
openPageForEachTest((opened) => ({ page, pageErrors } = opened));
afterAll(async () => {
  await records.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await page.setViewportSize({ width: 1440, height: 900 });
});

const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
const entries = () => page.locator('#here button').allInnerTexts();
const chip = (name: string): Locator => page.locator('.chip', { hasText: name });

/** Waits until the boxes of a frame are drawn. */
const reach = (frame: number) =>
  untilTrue(page, `document.querySelector('#player').dataset.frame === '${frame}'`);

async function open(hash = '', job = id): Promise<void> {
  await page.goto(`${cluster.url}/jobs/${job}${hash}`);
}

/** The classes whose boxes are drawn on a canvas, by their left edges. */
async function drawn(canvas = '#layer'): Promise<string[]> {
  const edges = await page.evaluate<string[]>(`(() => {
    const canvas = document.querySelector('${canvas}');
    const row = canvas.getContext('2d').getImageData(0, Math.round(0.6 * canvas.height), canvas.width, 1).data;
    return [0.1, 0.4, 0.7].map((x) => {
      const at = 4 * (Math.round(x * canvas.width) + 1);
      return '#' + [...row.slice(at, at + 3)].map((value) => value.toString(16).padStart(2, '0')).join('');
    });
  })()`);
  const colours = new Map(
    [person, dog, car].map((one) => [cssColour(classColour(one.classIndex)), one.label]),
  );
  return edges.flatMap((colour) => colours.get(colour) ?? []);
}

it('draws the boxes above the threshold of the job in the colours of their classes', async () => {
  await open('#frame=4');
  await reach(4);
  expect(await drawn()).toEqual(['person', 'dog']);
  expect(await entries()).toEqual(['person\n0.90', 'dog\n0.70']);
  expect(await page.locator('#position').innerText()).toBe('0:00.160 / 0:20.000, frame 4');
  await untilTrue(page, "document.querySelector('#frame-news').textContent.includes('Frame 4')");
  expect(await page.locator('#frame-news').innerText()).toBe('Frame 4, 0:00.160: 1 person, 1 dog');
  await page.keyboard.press('.');
  await reach(5);
  expect(await drawn()).toEqual(['person']);
});

it('filters by score and class without a request, and mirrors that in the form', async () => {
  await open('#frame=4');
  await reach(4);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page
    .getByLabel(/^Score above/)
    .first()
    .fill('0.15');
  expect(await drawn()).toEqual(['person', 'dog', 'car']);
  expect(await chip('car').innerText()).toBe('car 1');
  await chip('dog').click();
  expect(await drawn()).toEqual(['person', 'car']);
  expect(await chip('dog').getAttribute('aria-pressed')).toBe('false');
  expect(await page.locator('#mp4-score').inputValue()).toBe('0.15');
  expect(await page.locator('#mp4-classes').inputValue()).toBe('person, car');
  await page
    .getByLabel(/^Score above/)
    .first()
    .fill('1');
  expect(await drawn()).toEqual([]);
  await page.getByText('No boxes.').waitFor();
  expect(requests).toEqual([]);
});

it('highlights the box of an entry', async () => {
  await open('#frame=4');
  await reach(4);
  const inside = () =>
    page.evaluate<number>(`(() => {
      const layer = document.querySelector('#layer');
      const at = [0.5 * layer.width, 0.6 * layer.height].map(Math.round);
      return layer.getContext('2d').getImageData(...at, 1, 1).data[3];
    })()`);
  expect(await inside()).toBe(0);
  await page.locator('#here button').nth(1).hover();
  expect(await inside()).toBeGreaterThan(0);
  await page.locator('#here button').nth(0).focus();
  expect(await inside()).toBe(0);
});

it('shows the video beside the boxes', async () => {
  await open('#frame=4');
  await reach(4);
  await button('Side by side').click();
  expect([await drawn(), await drawn('#beside canvas')]).toEqual([[], ['person', 'dog']]);
  await button('Side by side').click();
  expect(await drawn()).toEqual(['person', 'dog']);
});

it('follows links to a moment, and makes them', async () => {
  await open('#t=2.01');
  await reach(50);
  await page.evaluate("location.hash = '#frame=300'");
  await reach(300);
  await page.keyboard.press(',');
  await reach(299);
  await button('Copy link to this moment').click();
  await page
    .locator('#player-note')
    .getByText(/Link copied|address bar/)
    .waitFor();
  expect(page.url()).toBe(`${cluster.url}/jobs/${id}#frame=299`);
});

it('can be used with the keyboard only', async () => {
  await open();
  await reach(0);
  for (const [key, frame] of [
    ['.', 1],
    [',', 0],
    ['ArrowRight', 125],
    ['Shift+ArrowRight', 150],
    ['ArrowLeft', 25],
    ['Shift+ArrowLeft', 0],
  ] as const) {
    await page.keyboard.press(key);
    await reach(frame);
  }
  await page.keyboard.press('b');
  expect(await drawn()).toEqual([]);
  await page.keyboard.press('b');
  expect(await drawn()).toEqual(['person', 'dog']);
  await page.keyboard.press('Space');
  await untilTrue(page, "!document.querySelector('#video').paused");
  await button('Pause').waitFor();
  await page.keyboard.press('Space');
  await button('Play').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await untilTrue(page, "document.fullscreenElement?.id === 'screen'");
  await page.waitForTimeout(300);
  expect(await drawn()).not.toEqual([]);
  await page.keyboard.press('f');
  await untilTrue(page, 'document.fullscreenElement === null');
});

it('leaves keys to form fields, and has no shortcuts if they are off', async () => {
  await open('#frame=4');
  await reach(4);
  const classes = page.locator('#mp4-classes');
  await classes.fill('');
  await classes.pressSequentially('b. f');
  expect(await classes.inputValue()).toBe('b. f');
  expect(await drawn()).toEqual(['person', 'dog']);
  await button('Shortcuts').click();
  await page.getByLabel('Use these shortcuts').uncheck();
  await button('Close').click();
  await page.locator('h1').click();
  await page.keyboard.press('b');
  expect(await drawn()).toEqual(['person', 'dog']);
  await page.evaluate('localStorage.clear()');
});

it('seeks in the strip of classes and in the chart, and plays at another speed', async () => {
  await open();
  await reach(0);
  const strip = page.getByRole('slider', { name: /classes over time/ });
  await strip.focus();
  await page.keyboard.press('ArrowRight');
  await reach(1);
  expect(await strip.getAttribute('aria-valuetext')).toBe('0:00.040: 1 person');
  await page.keyboard.press('PageUp');
  await reach(11);
  await page.keyboard.press('End');
  await reach(FRAMES - 1);
  const { x, y, width } = (await strip.boundingBox())!;
  await page.mouse.move(x + width / 4, y + 5);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + 5);
  await page.mouse.up();
  await reach(FRAMES / 2);
  expect(await page.locator('#strip li').allInnerTexts()).toEqual(['person', 'dog']);
  await page.getByRole('slider', { name: 'Position in the chart' }).press('Home');
  await reach(0);
  await page.getByLabel('Speed').selectOption('4');
  expect(await page.evaluate("document.querySelector('#video').playbackRate")).toBe(4);
});

it('fits the boxes to the picture in a window of any shape', async () => {
  await open('#frame=4');
  await reach(4);
  for (const size of [
    { width: 390, height: 844 },
    { width: 1600, height: 500 },
  ]) {
    await page.setViewportSize(size);
    await page.waitForTimeout(200);
    const [wide, high] = await page.evaluate<[number, number]>(`(() => {
      const { width, height } = document.querySelector('#layer').getBoundingClientRect();
      return [width, height];
    })()`);
    expect(wide / high).toBeCloseTo(16 / 9, 2);
    expect(await drawn()).toEqual(['person', 'dog']);
  }
});

it('offers what there is if the browser cannot play the video', async () => {
  const broken = join(folder, 'broken.mp4');
  await writeFile(broken, Buffer.concat([Buffer.from([0, 0, 0, 8]), Buffer.from('ftypnothing')]));
  const job = await playerJob(cluster, records, { clip: broken, frameRate: RATE, frames: FRAMES, found });
  await copyFile(clip, cluster.workspace.path(job, 'preview', 'clean.mp4'));
  await open('', job);
  await page.getByText('This browser cannot play this video.').waitFor();
  await page.getByRole('link', { name: 'Download the AVI with boxes' }).waitFor();
  await button('Play the converted copy').click();
  await reach(0);
  expect(await drawn()).toEqual(['person', 'dog']);
  expect(await page.locator('#unplayable').isVisible()).toBe(false);
});

it('makes an MP4 with the boxes that it shows', async () => {
  const upload = await cluster.submit(clip, undefined, { frameStep: '1000' });
  expect((await cluster.finished(upload)).status).toBe('POSTPROCESSING_COMPLETE');
  await open('', upload);
  await reach(0);
  await page.locator('#mp4-score').fill('0.3');
  await button('Make MP4').click();
  await page.locator('#mp4s').getByText('ready').waitFor({ timeout: 60_000 });
  const downloading = page.waitForEvent('download');
  await page.locator('#mp4s').getByRole('link', { name: 'Download' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/\.mp4$/);
  await page.locator('#mp4-classes').fill('unicorn');
  await button('Make MP4').click();
  await page.locator('#mp4-problem').getByText('unicorn').waitFor();
  expect(pageErrors.splice(0)).toEqual([expect.stringContaining('400')]);
});

it('is accessible and fits the screen', async () => {
  await open('#frame=4');
  await reach(4);
  expect(await problemsOf(page)).toEqual([]);
  await page.keyboard.press('?');
  expect(await problemsOf(page)).toEqual([]);
});

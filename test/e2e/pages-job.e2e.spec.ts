import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { classColour, cssColour, type Summary } from '#annotation';
import { adviceFor } from '#errors';
import { openPageForEachTest, untilTrue } from '../support/browser';
import { Cluster } from '../support/cluster';
import { Records } from '../support/records';
import { BLUE, H264, ffmpeg, jpeg, source, temporaryFolder } from '../support/video';

// The page of a job in a real browser, with JavaScript.

jest.setTimeout(180_000);

/** The needed part of a video element: the browser's DOM types are not available here. */
interface Player {
  muted: boolean;
  readonly currentTime: number;
  readonly textTracks: { mode: string; readonly cues: Iterable<{ readonly text: string }> }[];
  play(): Promise<void>;
  addEventListener(event: string, listener: (event: unknown) => void, options: { once: boolean }): void;
}

let cluster: Cluster;
let records: Records;
let folder: string;
let clip: string;
let page: Page;
let pageErrors: string[];

beforeAll(async () => {
  folder = await temporaryFolder();
  // the model detects something in noise
  clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=640x360:r=10:d=6'), ...H264);
  cluster = await Cluster.start({ env: { MAX_ATTEMPTS: '1' } });
  records = await Records.open(cluster);
});
openPageForEachTest((opened) => ({ page, pageErrors } = opened));
afterAll(async () => {
  await records.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const open = (id: string) => page.goto(`${cluster.url}/jobs/${id}`);
const button = (name: string): Locator => page.getByRole('button', { name, exact: true });

/** Pauses infer while the others continue. */
async function whileInferStops(act: () => Promise<void>): Promise<void> {
  const infer = cluster.processes.infer[0]!.pid!;
  process.kill(infer, 'SIGSTOP');
  try {
    await act();
  } finally {
    process.kill(infer, 'SIGCONT');
  }
}

describe('a job', () => {
  let id: string;
  let summary: Summary;

  it('is followed to its end, and then shows the detections', async () => {
    await whileInferStops(async () => {
      id = await cluster.submit(clip, 'clip.mp4', { score: '0.01' });
      await open(id);
      await page.getByRole('heading', { level: 1, name: 'clip.mp4' }).waitFor();
      await page.getByText('PREPROCESSING_COMPLETE', { exact: true }).waitFor();
      await page
        .locator('.legend')
        .getByText(/^waiting for detection/)
        .waitFor();
      await button('Delete').focus();
    });
    await page.getByText('Detecting objects').waitFor();
    await page.getByText(/^\d+ of 60 frames/).waitFor();
    expect(await button('Delete').and(page.locator(':focus')).count()).toBe(1);
    await page.getByText('Done', { exact: true }).waitFor({ timeout: 120_000 });
    summary = (await (await fetch(`${cluster.url}/api/jobs/${id}/summary`)).json()) as Summary;
    expect(summary.peaks.length).toBeGreaterThan(1);
    const first = summary.classes[0]!;
    const classes = page.getByRole('region', { name: 'Classes' });
    expect(await classes.locator('tbody tr').first().innerText()).toBe(
      [first.label, first.objects, first.count, first.frames].join('\t'),
    );
    const settings = page.getByRole('region', { name: 'Settings' });
    expect(await settings.innerText()).toMatch(/Model\s+ssdlite-mobilenetv2\s+Score threshold\s+0.01/);
    expect(await settings.innerText()).toContain('640 × 360, 10 fps, 6.0 s, h264');
  });

  it('plays its source, with detections as captions', async () => {
    await open(id);
    const video = page.locator('video');
    const played = await video.evaluate(async (player: Player) => {
      player.muted = true;
      player.textTracks[0]!.mode = 'showing';
      await player.play();
      while (player.currentTime < 0.2) {
        await new Promise((done) => {
          player.addEventListener('timeupdate', done, { once: true });
        });
      }
      return player.currentTime;
    });
    expect(played).toBeGreaterThanOrEqual(0.2);
    await untilTrue(page, "document.querySelector('track').readyState === 2");
    const cues = await video.evaluate((player: Player) =>
      Array.from(player.textTracks[0]!.cues, ({ text }) => text),
    );
    expect(cues.join(' ')).toContain(summary.classes[0]!.label);
  });

  it.each([0.25, 0.9])('seeks to the position of a click on the chart, at %d of its width', async (share) => {
    await open(id);
    const plot = page.locator('#chart .u-over');
    await plot.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await plot.boundingBox())!;
    const bins = Object.values(summary.bins.counts)[0]!.length;
    const seconds = summary.bins.frames / summary.frameRate;
    await page.mouse.click(x + share * width, y + height / 2);
    const time = await page.locator('video').evaluate((player: Player) => player.currentTime);
    expect(Math.abs(time - share * bins * seconds)).toBeLessThanOrEqual(seconds);
    const [line] = await page.locator('#chart .u-legend .u-label').allInnerTexts();
    expect(line).toContain('Time');
  });

  it('shows a class in the colour of its boxes, in the chart and in the table', async () => {
    await open(id);
    await page.locator('#chart .u-legend').waitFor();
    const { classIndex } = summary.classes[0]!;
    const colour = cssColour(classColour(classIndex));
    const swatch = page.getByRole('region', { name: 'Classes' }).locator('tbody tr').first().locator('rect');
    expect(await swatch.getAttribute('fill')).toBe(colour);
    const marker = page.locator('#chart .u-series').nth(1).locator('.u-marker');
    const border = await marker.evaluate(
      (element: { style: { borderColor: string } }) => element.style.borderColor,
    );
    const [red, green, blue] = classColour(classIndex);
    expect(border).toBe(`rgb(${red}, ${green}, ${blue})`);
  });

  it('seeks to a peak and plays', async () => {
    await open(id);
    const peaks = page.locator('.peaks a');
    expect(await peaks.count()).toBe(summary.peaks.length);
    await page.evaluate("document.querySelector('video').muted = true");
    const { time, count } = summary.peaks[1]!;
    expect(await peaks.nth(1).innerText()).toContain(`${count} detection`);
    await peaks.nth(1).click();
    await untilTrue(page, `document.querySelector('video').currentTime > ${time + 0.1}`);
    expect(page.url()).toBe(`${cluster.url}/jobs/${id}`);
    const images = page.locator('.peaks img');
    for (const image of await images.all()) await image.scrollIntoViewIfNeeded();
    await untilTrue(page, "[...document.querySelectorAll('.peaks img')].every((i) => i.naturalWidth > 0)");
  });

  it('can be downloaded in every format, and shows its record without secrets', async () => {
    await records.set(id, {
      lease: { owner: 'worker', token: 'secret-1' },
      submission: { key: 'film', digest: 'secret-2' },
      callback: { url: 'http://127.0.0.1/', id: 'msg_1', attempts: 1, token: 'secret-3' },
    });
    await open(id);
    const links = page.getByRole('region', { name: 'Downloads' }).getByRole('link');
    const addresses = await Promise.all((await links.all()).map((link) => link.getAttribute('href')));
    expect(addresses).toHaveLength(12);
    for (const address of addresses) expect((await fetch(cluster.url + address!)).status).toBe(200);
    await page.getByText('Job data (JSON)').click();
    const record = JSON.parse(await page.locator('pre').innerText()) as object;
    expect(record).toMatchObject({ _id: id, STATUS: 'POSTPROCESSING_COMPLETE', lease: { owner: 'worker' } });
    expect(await page.content()).not.toContain('secret');
  });

  it('is deleted after confirmation', async () => {
    await open(id);
    await button('Delete').click();
    await page.getByRole('heading', { name: 'Delete this job?' }).waitFor();
    expect(await page.locator('main').innerText()).toContain('clip.mp4');
    await page.getByRole('link', { name: 'Keep it' }).click();
    await page.waitForURL(`**/jobs/${id}`);
    await button('Delete').click();
    await button('Delete').click();
    await page.getByRole('heading', { name: `${id} Deleted` }).waitFor();
    expect((await fetch(`${cluster.url}/api/jobs/${id}`)).status).toBe(404);
  });
});

it('a job without an MP4 shows images instead of a player', async () => {
  const id = await records.insert('POSTPROCESSING_COMPLETE', 'clip.mp4');
  const summary: Summary = {
    ...{ frames: 75, frameRate: 25, total: 1 },
    classes: [{ label: 'person', classIndex: 0, count: 1, frames: 1 }],
    bins: { frames: 1, counts: { person: Array.from({ length: 75 }, (_, n) => Number(n === 7)) } },
    peaks: [{ frame: 7, time: 0.28, count: 1 }],
  };
  for (const [artifact, name] of [
    ['preview', 'peak_0.jpg'],
    ['tar_frame', 'tar_7.jpg'],
  ] as const) {
    await mkdir(cluster.workspace.path(id, artifact));
    await writeFile(cluster.workspace.path(id, artifact, name), jpeg(BLUE));
  }
  await writeFile(cluster.workspace.path(id, 'preview', 'summary.json'), JSON.stringify(summary));

  await open(id);
  const plot = page.locator('#chart .u-over');
  await plot.scrollIntoViewIfNeeded();
  expect(await page.locator('video').count()).toBe(0);
  expect(await page.locator('main').innerText()).not.toMatch(/annotated video for browsers|Click or use/);
  const { x, y, width } = (await plot.boundingBox())!;
  await page.mouse.move(x + 0.987 * width, y + 10); // at 2.96 s
  expect(await page.locator('#chart .u-legend .u-value').first().innerText()).toBe('0:03.0');
  const image = await page.getByRole('link', { name: '0:00 · 1 detection' }).getAttribute('href');
  expect(image).toBe(`/api/jobs/${id}/frames/7.jpg`);
  expect((await fetch(new URL(image!, cluster.url))).status).toBe(200);
});

it('a failed job shows the reason and advice, and can be retried from the page', async () => {
  let id = '';
  const frame = () => cluster.workspace.path(id, 'src_frame', 'frame_3.jpg');
  await whileInferStops(async () => {
    id = await cluster.submit(clip);
    await open(id);
    await page.getByText('PREPROCESSING_COMPLETE', { exact: true }).waitFor();
    await copyFile(frame(), join(folder, 'frame.jpg'));
    await rm(frame());
    await writeFile(frame(), 'not an image');
  });
  await page.getByText('INFERENCING_ERROR', { exact: true }).waitFor();
  const { error } = await cluster.job(id);
  expect(await page.locator('article.failed').innerText()).toContain(adviceFor(error!.code));
  expect(await page.locator('article.failed').innerText()).toContain(error!.message);
  expect(await page.locator('video').count()).toBe(0);
  await copyFile(join(folder, 'frame.jpg'), frame());
  await button('Retry').click();
  await page.waitForURL(`**/jobs/${id}`);
  await page.getByText('Done', { exact: true }).waitFor({ timeout: 120_000 });
  await page.locator('video').waitFor();
});

it('a job can be cancelled and retried from its page', async () => {
  await whileInferStops(async () => {
    const id = await cluster.submit(clip);
    await open(id);
    await page.getByText('PREPROCESSING_COMPLETE', { exact: true }).waitFor();
    await button('Cancel').click();
    await page.getByText('CANCELLED', { exact: true }).waitFor();
    expect(page.url()).toBe(`${cluster.url}/jobs/${id}`);
    expect(await page.locator('main').innerText()).toContain('Retry it to resume');
    const listening = page.waitForResponse(`**/jobs/${id}/events`);
    await button('Retry').click();
    await page.getByText('PREPROCESSING_COMPLETE', { exact: true }).waitFor();
    await listening; // without events the page would poll after a while
    await fetch(`${cluster.url}/api/jobs/${id}`, { method: 'DELETE' });
    pageErrors.length = 0;
    await page.getByText(`There is no job ${id}.`).waitFor();
    expect(pageErrors.splice(0)).toEqual([expect.stringContaining('404')]);
  });
});

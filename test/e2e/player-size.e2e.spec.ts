import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { startBrowser, untilTrue } from '../support/browser';
import { Cluster } from '../support/cluster';
import { playerJob } from '../support/player-jobs';
import { Records } from '../support/records';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

// The player stays light and fast with long videos and many boxes.

jest.setTimeout(240_000);

const RATE = { num: 30, den: 1 };
const HOUR = 108_000;
const BOXES = 15;
const MEGABYTE = 1_000_000;

let cluster: Cluster;
let records: Records;
let folder: string;
let browser: BrowserContext;
let close: () => Promise<void>;
let page: Page;

/** Boxes that move, half of them weak. */
const found = (n: number) =>
  Array.from({ length: BOXES }, (_, of) => ({
    ...{ label: `class ${of % 8}`, classIndex: of % 8, score: (of + 1.5) / (BOXES + 1) },
    box: [of / 20, 0.1 + ((n + of) % 50) / 100, of / 20 + 0.2, 0.4 + ((n + of) % 50) / 100] as const,
  })).reverse();

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({ replicas: { preprocess: 1, infer: 0, postprocess: 0 } });
  records = await Records.open(cluster);
  ({ browser, close } = await startBrowser());
});
afterAll(async () => {
  await close();
  await records.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  page = await browser.newPage();
});
afterEach(() => page.close());

/** A job whose clip is one minute, repeated. */
async function job(frames: number): Promise<string> {
  const minute = await ffmpeg(
    join(folder, 'minute.mp4'),
    ...source('testsrc2=s=160x90:r=30:d=60'),
    ...[...H264, '-preset', 'ultrafast'],
  );
  const times = String(frames / 1800 - 1);
  const clip = await ffmpeg(join(folder, 'clip.mp4'), '-stream_loop', times, '-i', minute, '-c', 'copy');
  return playerJob(cluster, records, { clip, frameRate: RATE, frames, found });
}

it('reacts to the score slider within 50 ms', async () => {
  await page.goto(`${cluster.url}/jobs/${await job(18_000)}#frame=9000`);
  await untilTrue(page, "document.querySelector('#player').dataset.frame === '9000'");
  const times = await page.evaluate<number[]>(`(async () => {
    const slider = document.querySelector('#score');
    const times = [];
    for (let n = 0; n < 40; n++) {
      const start = performance.now();
      slider.value = String(0.1 + ((n * 7) % 40) / 50);
      slider.dispatchEvent(new Event('input'));
      document.querySelector('#layer').getContext('2d').getImageData(0, 0, 1, 1); // waits for the drawing
      times.push(performance.now() - start);
      await new Promise((next) => requestAnimationFrame(next));
    }
    return times.sort((a, b) => a - b);
  })()`);
  expect(times[20]).toBeLessThan(50);
});

it('loads less than 2 MB of a video of an hour before it plays', async () => {
  const id = await job(HOUR);
  const session = await browser.newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  const byUrl = new Map<string, number>();
  const urls = new Map<string, string>();
  session.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url));
  session.on('Network.dataReceived', ({ requestId, dataLength }) => {
    bytes += dataLength;
    const name = new URL(urls.get(requestId) ?? 'x:').pathname.split('/').at(-1) ?? '';
    byUrl.set(name, (byUrl.get(name) ?? 0) + dataLength);
  });
  await page.goto(`${cluster.url}/jobs/${id}`);
  await untilTrue(page, "document.querySelector('#player').dataset.frame === '0'");
  await page.waitForTimeout(3000);
  const media = byUrl.get('source') ?? 0;
  expect(bytes - media).toBeLessThan(MEGABYTE);
  expect(bytes).toBeLessThan(2 * MEGABYTE);
  await page.evaluate("location.hash = '#frame=90000'");
  await untilTrue(page, "document.querySelector('#player').dataset.frame === '90000'");
});

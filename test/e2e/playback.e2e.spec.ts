import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startBrowser } from '../support/browser';
import { Cluster } from '../support/cluster';
import { sample } from '../support/test-data';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

let cluster: Cluster;
let folder: string;
let page: Page;
let close: () => Promise<void>;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({ env: { PREVIEW: 'eager' } });
  const started = await startBrowser();
  close = started.close;
  page = await started.browser.newPage();
});
afterAll(async () => {
  await close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});

interface Played {
  readonly readyState: number;
  readonly width: number;
  readonly height: number;
  readonly duration: number;
  readonly advanced: number;
  readonly soughtTo: number;
}

/** Runs in the browser; a string, because DOM types are not available here. */
const PLAY = `async (src) => {
  const video = document.createElement('video');
  const event = (name) => new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener('error', () => reject(new Error(video.error.message)));
  });
  video.muted = true;
  const ready = event('canplay');
  video.src = src;
  document.body.append(video);
  await ready;
  const { readyState, videoWidth: width, videoHeight: height, duration } = video;
  await video.play();
  while (video.currentTime === 0) await event('timeupdate');
  const advanced = video.currentTime;
  video.pause();
  const sought = event('seeked');
  video.currentTime = duration / 2;
  await sought;
  return { readyState, width, height, duration, advanced, soughtTo: video.currentTime };
}`;

/** Puts the job's preview on a test page with the policy of our pages, plays a part and seeks. */
async function play(id: string): Promise<Played> {
  await page.goto(`${cluster.url}/result`);
  return page.evaluate<Played>(`(${PLAY})('/api/jobs/${id}/preview.mp4')`);
}

const sound = source('sine=d=4');
const withSound = sample('videos/car-overhead-with-sound.mp4');

it.each([
  ['silent', 'testsrc2=s=320x240:r=10:d=4', [], '320x240'],
  [
    'with sound, with an odd size',
    'testsrc2=s=320x240:r=25:d=4,scale=321:241,format=yuv444p',
    sound,
    '322x242',
  ],
  ['upright, with wide pixels', 'testsrc2=s=240x480:r=30000/1001:d=4,setsar=3/2', sound, '240x320'],
])('Chromium plays the MP4 of a video that is %s', async (_, pattern, more, size) => {
  const odd = ['-c:v', 'libx264', '-pix_fmt', 'yuv444p']; // 4:2:0 supports only even sizes
  const clip = await ffmpeg(
    join(folder, 'clip.mp4'),
    ...source(pattern),
    ...more,
    ...(size === '322x242' ? odd : H264),
  );
  const id = await cluster.submit(clip);
  expect((await cluster.finished(id)).status).toBe('POSTPROCESSING_COMPLETE');
  const played = await play(id);
  expect(played.readyState).toBeGreaterThanOrEqual(3);
  expect(`${played.width}x${played.height}`).toBe(size);
  expect(Math.abs(played.duration - 4)).toBeLessThan(0.1);
  expect(played.advanced).toBeGreaterThan(0);
  expect(played.soughtTo).toBeCloseTo(played.duration / 2, 2);
});

(withSound ? it : it.skip)('Chromium plays the MP4 of a street (optional sample video)', async () => {
  const id = await cluster.submit(withSound!);
  const { status, video } = await cluster.finished(id);
  expect(status).toBe('POSTPROCESSING_COMPLETE');
  const played = await play(id);
  expect(played.readyState).toBeGreaterThanOrEqual(3);
  expect(Math.abs(played.duration - video!.duration)).toBeLessThan(0.2);
  expect(played.advanced).toBeGreaterThan(0);
});

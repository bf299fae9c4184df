import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openPageForEachTest, untilTrue } from '../support/browser';
import { Cluster } from '../support/cluster';
import { codedFrames } from '../support/coded-clip';
import { WATCH_PLAYER, codedBoxes, playerJob } from '../support/player-jobs';
import { seeded } from '../support/random';
import { Records } from '../support/records';
import { H264, ffmpeg, temporaryFolder } from '../support/video';

// The boxes in the player belong to the frame that the browser shows: both carry the number of the frame.

jest.setTimeout(240_000);

interface Reading {
  readonly shown: number;
  readonly drawn: number;
  readonly stated: number;
}

const RATES = {
  '29.97 fps': { num: 30_000, den: 1001 },
  '25 fps': { num: 25, den: 1 },
} as const;
const FRAMES = 120;

let cluster: Cluster;
let records: Records;
let folder: string;
let page: Page;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start();
  records = await Records.open(cluster);
});
openPageForEachTest((opened) => ({ page } = opened));
afterAll(async () => {
  await records.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await page.addInitScript(WATCH_PLAYER);
});

/** A job of coded frames. */
async function coded(rate: { num: number; den: number }) {
  const seconds = (FRAMES * rate.den) / rate.num;
  const input = codedFrames(`${rate.num}/${rate.den}`, Number(seconds.toFixed(4)));
  const clip = await ffmpeg(join(folder, 'clip.mp4'), ...input, ...H264);
  return playerJob(cluster, records, { clip, frameRate: rate, frames: FRAMES, found: codedBoxes });
}

/** What the player shows once it has reached a frame. */
async function readAt(frame: number): Promise<Reading> {
  await untilTrue(page, `document.querySelector('#player').dataset.frame === '${frame}'`);
  return page.evaluate<Reading>('window.readPlayer()');
}

const exactly = (frame: number): Reading => ({ shown: frame, drawn: frame, stated: frame });

describe.each(Object.entries(RATES))('at %s', (_, rate) => {
  it('draws the boxes of the shown frame after seeks and steps', async () => {
    await page.goto(`${cluster.url}/jobs/${await coded(rate)}`);
    expect(await readAt(0)).toEqual(exactly(0));
    const random = seeded(7);
    for (let n = 0; n < 40; n++) {
      let frame = Math.floor(random() * FRAMES);
      await page.evaluate(`location.hash = '#frame=${frame}'`);
      expect(await readAt(frame)).toEqual(exactly(frame));
      for (const key of n % 2 ? ['.', '.', ','] : [',']) {
        frame = Math.max(0, Math.min(FRAMES - 1, frame + (key === '.' ? 1 : -1)));
        await page.keyboard.press(key);
        expect(await readAt(frame)).toEqual(exactly(frame));
      }
    }
  });

  it.each([0.5, 2])('follows the shown frames while it plays at speed %d', async (speed) => {
    await page.goto(`${cluster.url}/jobs/${await coded(rate)}`);
    await readAt(0);
    const readings = await page.evaluate<Reading[]>(`new Promise((done) => {
      const video = document.querySelector('#video');
      video.addEventListener('ended', () => done(window.readings));
      video.playbackRate = ${speed};
      void video.play();
    })`);
    expect(readings.length).toBeGreaterThan(5);
    for (const { drawn, stated } of readings) expect(drawn).toBe(stated);
    // On a busy machine, browsers report a frame when the next one is already on the screen.
    const late = readings.map(({ shown, drawn }) => Math.min(shown, FRAMES - 1) - drawn);
    expect(late.filter((frames) => frames < 0 || frames > 1)).toEqual([]);
    expect(late.filter((frames) => frames === 0).length).toBeGreaterThan(readings.length / 2);
  });
});

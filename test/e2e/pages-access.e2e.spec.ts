import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { STATUSES } from '#jobs';
import { problemsOf } from '../support/axe';
import { openPageForEachTest, untilTrue } from '../support/browser';
import { Cluster } from '../support/cluster';
import { Records } from '../support/records';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

// Accessibility of the pages: any screen, dark mode, keyboard, screen reader.

jest.setTimeout(300_000);

let cluster: Cluster;
let records: Records;
let folder: string;
let page: Page;
let pageErrors: string[];
/** A complete job with detections. */
let done: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({ env: { HOME: folder, KUBECONFIG: '' } });
  records = await Records.open(cluster);
  const clip = await ffmpeg(
    join(folder, `${'a rather long name of a file '.repeat(4)}.mp4`),
    ...source('testsrc2=s=640x360:r=10:d=3'),
    ...H264,
  );
  done = await cluster.submit(clip, undefined, { score: '0.01', classes: '' });
  expect((await cluster.finished(done)).status).toBe('POSTPROCESSING_COMPLETE');
});
openPageForEachTest((opened) => ({ page, pageErrors } = opened));
afterAll(async () => {
  await records.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const open = (path: string) => page.goto(cluster.url + path);

describe('a page', () => {
  it.each(['/upload', '/cluster', '/login', '/result?search=nothing-like-this'])(
    'is accessible and fits the screen: %s',
    async (path) => {
      await open(path);
      expect(await problemsOf(page)).toEqual([]);
    },
  );

  it('is accessible and fits the screen: the results, with jobs of every status', async () => {
    const classes = ['person', 'car', 'dog', 'cup'].map((label) => ({ label, count: 123 }));
    const detections = { total: 492, classes };
    for (const status of STATUSES) {
      await records.insert(status, `${status.toLowerCase()}_${'x'.repeat(60)}.mp4`, {
        ...(status === 'POSTPROCESSING_COMPLETE' && { detections }),
        ...(status.endsWith('ING') && { progress: { done: 20, total: 50 } }),
      });
    }
    await open('/result');
    expect(await page.locator('#jobs tbody tr').count()).toBe(STATUSES.length + 1);
    await page.locator('#jobs summary').first().click();
    expect(await problemsOf(page)).toEqual([]);
  });

  it('is accessible and fits the screen: the page of a complete job', async () => {
    await open(`/jobs/${done}`);
    await page.locator('#chart canvas').waitFor();
    await page.getByText('Job data (JSON)').click();
    expect(await problemsOf(page)).toEqual([]);
  });

  it.each(['ENQUEUE', 'INFERENCING', 'POSTPROCESSING_ERROR', 'CANCELLED'] as const)(
    'is accessible and fits the screen: the page of a job that is %s',
    async (status) => {
      const progress = { done: 20, total: 50 };
      const id = await records.insert(status, 'clip.mp4', status === 'INFERENCING' ? { progress } : {});
      await open(`/jobs/${id}`);
      expect(await problemsOf(page)).toEqual([]);
    },
  );

  it('is accessible and fits the screen before and after a job is deleted', async () => {
    const id = await records.insert('CANCELLED', `${'x'.repeat(100)}.mp4`);
    await open(`/${id}/delete`);
    expect(await problemsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: `${id} Deleted` }).waitFor();
    expect(await problemsOf(page)).toEqual([]);
  });

  it('is accessible and fits the screen if the job does not exist', async () => {
    await open('/jobs/64b000000000000000000001');
    await page.getByText('There is no job').waitFor();
    expect(pageErrors.splice(0)).toEqual([expect.stringContaining('404')]);
    expect(await problemsOf(page)).toEqual([]);
  });

  it('is accessible and fits the screen after an upload without JavaScript', async () => {
    const clip = await ffmpeg(join(folder, 'short.mp4'), ...source('testsrc2=s=64x48:r=5:d=1'), ...H264);
    await page.route('**/static/upload.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: '' }),
    );
    await open('/upload');
    await page.getByLabel('Video').setInputFiles(clip);
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByRole('heading', { name: 'Uploaded' }).waitFor();
    expect(await problemsOf(page)).toEqual([]);
  });
});

describe('with the keyboard only', () => {
  const isFocused = async (place: Locator) => (await place.and(page.locator(':focus')).count()) === 1;

  async function tabTo(place: Locator): Promise<void> {
    for (let n = 0; n < 200; n++) {
      if (await isFocused(place)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('It cannot be reached with the Tab key.');
  }

  async function enter(place: Locator): Promise<void> {
    await tabTo(place);
    await page.keyboard.press('Enter');
  }

  it('a user can filter the table and act on a job', async () => {
    const waiting = await records.insert('INFERENCING_COMPLETE', 'keys 1.mp4');
    await records.insert('CANCELLED', 'keys 2.mp4');
    await open('/result');
    await tabTo(page.getByLabel('Name'));
    await page.keyboard.type('keys');
    await tabTo(page.getByLabel('Status'));
    await page.keyboard.type('wait');
    await enter(page.getByRole('button', { name: 'Filter' }));
    await page.waitForURL('**/result?*status=waiting*');
    const row = page.locator(`[id="${waiting}"]`);
    expect(await page.locator('#jobs tbody tr').count()).toBe(1);
    await enter(row.locator('summary'));
    expect(await row.locator('dl').isVisible()).toBe(true);
    await enter(row.getByRole('button', { name: 'Cancel' }));
    await page.getByText('No jobs match these filters.').waitFor();
    await open('/result');
    await enter(row.getByRole('button', { name: 'Delete' }));
    await page.getByRole('heading', { name: 'Delete this job?' }).waitFor();
    await enter(page.getByRole('link', { name: 'Keep it' }));
    await page.waitForURL(`**/jobs/${waiting}`);
    await page.getByText('CANCELLED', { exact: true }).waitFor();
  });

  it('the classes of the player are one stop of the Tab key, and arrow keys move between them', async () => {
    await open(`/jobs/${done}#frame=7`);
    await untilTrue(page, "document.querySelector('#player').dataset.frame === '7'");
    const chips = page.locator('#chips .chip');
    expect(await chips.count()).toBeGreaterThan(2);
    await page.locator('#score').focus();
    const steps: [string, Locator][] = [
      ['Tab', chips.first()],
      ['ArrowLeft', chips.last()],
      ['ArrowRight', chips.first()],
      ['ArrowRight', chips.nth(1)],
      ['End', chips.last()],
      ['Home', chips.first()],
      ['ArrowRight', chips.nth(1)],
      ['Shift+Tab', page.locator('#score')],
      ['Tab', chips.nth(1)],
    ];
    for (const [key, focused] of steps) {
      await page.keyboard.press(key);
      expect([key, await isFocused(focused)]).toEqual([key, true]);
    }
    await page.keyboard.press('Enter');
    expect(await chips.nth(1).getAttribute('aria-pressed')).toBe('false');
    await page.keyboard.press('Tab');
    expect(await page.locator('.chip:focus').count()).toBe(0);
    // arrow keys have not moved the video
    expect(await page.locator('#player').getAttribute('data-frame')).toBe('7');
  });

  it('a user can open a peak and download results', async () => {
    await open(`/jobs/${done}`);
    await page.evaluate("document.querySelector('video').muted = true");
    await enter(page.locator('.peaks a').last());
    await untilTrue(page, "document.querySelector('video').currentTime > 0.1");
    const downloading = page.waitForEvent('download');
    await enter(page.getByRole('link', { name: 'csv', exact: true }));
    expect((await downloading).suggestedFilename()).toMatch(/\.csv$/);
    await enter(page.getByText('Job data (JSON)'));
    expect(await page.locator('pre').isVisible()).toBe(true);
  });
});

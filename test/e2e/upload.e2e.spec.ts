import { appendFile, readFile, readdir, rm, stat, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { JobListResource } from '#contract';
import { collectPageErrors, startBrowser } from '../support/browser';
import { Cluster } from '../support/cluster';
import { FlakyProxy } from '../support/flaky-proxy';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

// The upload page with JavaScript, in a real browser, over a connection that can be slow and can drop.

let cluster: Cluster;
let folder: string;
let browser: BrowserContext;
let close: () => Promise<void>;
let page: Page;
let proxy: FlakyProxy;
let pageErrors: string[];

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({
    replicas: { preprocess: 2, infer: 0, postprocess: 0 },
    env: { UPLOAD_MAX_BYTES: '50000000', VIDEO_MAX_SECONDS: '30' },
  });
  proxy = await FlakyProxy.open();
  ({ browser, close } = await startBrowser());
});
afterAll(async () => {
  await close();
  proxy.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  Object.assign(proxy, { target: cluster.url, sent: 0, resetAfter: Infinity, speed: Infinity });
  while (!(await fetch(`${cluster.url}/readyz`).catch(() => undefined))?.ok) await delay(20); // a test may have killed it
  page = await browser.newPage();
  pageErrors = collectPageErrors(page);
  await page.goto(`${proxy.url}/upload`);
});
afterEach(async () => {
  await page.close();
  // browsers log every request that is refused or interrupted
  expect(pageErrors.filter((complaint) => !complaint.startsWith('Failed to load resource'))).toEqual([]);
});

/** A clip of exactly this size: an mp4 followed by an empty box, as the standard allows. */
async function clip(name: string, bytes: number): Promise<string> {
  const file = await ffmpeg(join(folder, name), ...source('testsrc2=s=320x240:r=10:d=2'), ...H264);
  const rest = bytes - (await stat(file)).size;
  const box = Buffer.alloc(8);
  box.writeUInt32BE(rest);
  box.write('free', 4);
  await appendFile(file, box);
  await truncate(file, bytes);
  return file;
}

/** The beginning of a clip: everything before the empty box. */
async function beginning(file: string): Promise<string> {
  return (await readFile(file)).subarray(0, 150_000).toString('base64');
}

const row = (name: string): Locator =>
  page.locator('#uploads li').filter({ has: page.getByRole('heading', { name }) });
const choose = (...files: string[]) => page.getByLabel('Video').setInputFiles(files);
const upload = () => page.getByRole('button', { name: 'Upload', exact: true }).click();
const press = (what: string, name: string) =>
  page.getByRole('button', { name: `${what} ${name}`, exact: true }).click();

/** The job of a row of the page, once the file has arrived. */
async function jobOf(file: string): Promise<string> {
  const name = basename(file);
  const link = row(name).getByRole('link', { name: 'Open job' });
  await link.waitFor();
  const [, id = ''] = /^\/jobs\/([0-9a-f]{24})$/.exec((await link.getAttribute('href')) ?? '') ?? [];
  const same = (await readFile(cluster.workspace.path(id, 'src', name))).equals(await readFile(file));
  expect({ name, same }).toEqual({ name, same: true });
  return id;
}

async function jobs(name: string) {
  const all = (await (await fetch(`${proxy.target}/api/jobs?limit=500`)).json()) as JobListResource;
  return all.jobs.filter(({ filename }) => filename === name);
}

/** Waits until this many bytes of an upload are on the volume. */
async function arrived(bytes: number): Promise<void> {
  const incoming = join(cluster.workspace.root, '.incoming');
  for (;;) {
    const folders = await readdir(incoming).catch((): string[] => []);
    const files = await Promise.all(
      folders.map(async (one) => {
        const [name = ''] = await readdir(join(incoming, one, 'src')).catch((): string[] => []);
        return stat(join(incoming, one, 'src', name)).then(
          ({ size }) => size,
          () => 0,
        );
      }),
    );
    if (files.some((size) => size >= bytes)) return;
    await delay(20);
  }
}

it('uploads several files dropped on the form, shows their progress, and links to their jobs', async () => {
  const size = 9_000_000;
  const files = await Promise.all(['one.mp4', '둘 "2".mp4', 'three.mp4'].map((name) => clip(name, size)));
  proxy.speed = 5_000_000;
  const contents = await Promise.all(files.map(async (file) => [basename(file), await beginning(file)]));
  const dropped = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    for (const [name, content] of ${JSON.stringify(contents)}) {
      const bytes = new Uint8Array(${size});
      bytes.set(Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)));
      transfer.items.add(new File([bytes], name, { type: 'video/mp4' }));
    }
    return transfer;
  })()`);
  const form = page.locator('#upload');
  for (const event of ['dragenter', 'dragover', 'drop']) {
    await form.dispatchEvent(event, { dataTransfer: dropped });
    expect(await form.getAttribute('class')).toBe(event === 'drop' ? '' : 'over');
  }
  await page.getByLabel('Score').fill('0.25');
  await page.getByText('Choose classes from a list').click();
  await page.getByLabel('person', { exact: true }).check();
  await page.getByLabel('tv', { exact: true }).check();
  expect(await page.getByLabel('Classes').inputValue()).toBe('person, tv');
  await page.getByLabel('Frame step').fill('2');
  await upload();
  await row('one.mp4')
    .getByText(/^\d+ % of 9\.00 MB, [\d.]+ [kM]B\/s, \d+ s left/)
    .waitFor();
  expect(await page.locator('#uploads li[data-state=sending]').count()).toBe(2);
  expect(await page.locator('#uploads li[data-state=queued]').count()).toBe(1);
  const done = Number(await page.getByRole('progressbar', { name: 'one.mp4' }).getAttribute('value'));
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(1);
  proxy.speed = Infinity;
  for (const file of files) {
    expect(await cluster.job(await jobOf(file))).toMatchObject({
      options: { score: 0.25, classes: ['person', 'tv'], frameStep: 2 },
    });
  }
  await page.getByRole('status').getByText('is uploaded.').waitFor();
  expect(await page.evaluate('localStorage.length')).toBe(0);
});

it('resumes after a dropped connection, resends little, and creates one job', async () => {
  const file = await clip('broken.mp4', 30_000_000);
  await choose(file);
  proxy.resetAfter = 15_000_000;
  await upload();
  await jobOf(file);
  expect(proxy.sent).toBeGreaterThan(30_000_000);
  expect(proxy.sent).toBeLessThan(45_000_000);
  expect(await jobs('broken.mp4')).toHaveLength(1);
});

it('resumes after the page is reloaded and the same file is chosen again', async () => {
  const file = await clip('reloaded.mp4', 30_000_000);
  await choose(file);
  await page.getByLabel('Score').fill('0.7');
  proxy.speed = 15_000_000;
  await upload();
  await arrived(10_000_000);
  await page.reload();
  await page.getByText('reloaded.mp4, 30.0 MB').waitFor();
  proxy.speed = Infinity;
  const before = proxy.sent;
  await page.getByLabel('Score').fill('');
  await choose(file);
  await upload();
  await row('reloaded.mp4').getByText('Resuming with the original settings: ').waitFor();
  const id = await jobOf(file);
  expect(proxy.sent - before).toBeLessThan(25_000_000);
  expect((await cluster.job(id)).options).toMatchObject({ score: 0.7 });
});

it('resumes with another replica when the first one is killed', async () => {
  const file = await clip('killed.mp4', 30_000_000);
  await choose(file);
  proxy.speed = 15_000_000;
  await upload();
  await arrived(10_000_000);
  proxy.target = cluster.urls[1]!;
  process.kill(cluster.processes.preprocess[0]!.pid!, 'SIGKILL');
  proxy.speed = Infinity;
  await jobOf(file);
  expect(proxy.sent).toBeLessThan(45_000_000);
  expect(await jobs('killed.mp4')).toHaveLength(1);
});

it('resumes with the same replica after it was killed and restarted', async () => {
  const file = await clip('restarted.mp4', 30_000_000);
  await choose(file);
  proxy.speed = 15_000_000;
  await upload();
  await arrived(10_000_000);
  process.kill(cluster.processes.preprocess[0]!.pid!, 'SIGKILL');
  proxy.speed = Infinity;
  await jobOf(file);
  expect(proxy.sent).toBeLessThan(45_000_000);
});

it('can be paused, resumed, and cancelled without leaving anything', async () => {
  const file = await clip('paused.mp4', 30_000_000);
  await choose(file);
  proxy.speed = 15_000_000;
  await upload();
  await arrived(10_000_000);
  await press('Pause', 'paused.mp4');
  await row('paused.mp4')
    .getByText(/^Paused at \d+ %/)
    .waitFor();
  await press('Resume', 'paused.mp4');
  await jobOf(file);
  expect(proxy.sent).toBeLessThan(45_000_000);

  const other = await clip('cancelled.mp4', 30_000_000);
  await choose(other);
  await upload();
  await arrived(10_000_000);
  const terminated = page.waitForResponse((response) => response.request().method() === 'DELETE');
  await press('Cancel', 'cancelled.mp4');
  expect((await terminated).status()).toBe(204);
  expect(await row('cancelled.mp4').count()).toBe(0);
  await page.waitForFunction('localStorage.length === 0');
  expect(await jobs('cancelled.mp4')).toEqual([]);
});

it('shows its limits and rejects other files before sending a byte', async () => {
  expect(await page.locator('#limits').innerText()).toBe(
    'mp4, mov, mkv, webm, avi, ts or flv; up to 50 MB, 30 s, 9.4 megapixels and 300 fps.',
  );
  const requests: string[] = [];
  page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  const large = await clip('large.mp4', 50_000_001);
  const long = await ffmpeg(
    join(folder, 'long.webm'),
    ...source('testsrc2=s=64x48:r=5:d=31'),
    '-c:v',
    'libvpx',
  );
  await choose(large, long);
  await row('large.mp4').getByText('The file is too large').waitFor();
  await row('long.webm')
    .getByText(/The video is too long: 31 s; the limit is 30 s\./)
    .waitFor();
  for (const [name, mimeType, content, reason] of [
    ['notes.txt', 'text/plain', 'x', 'Not a video (text/plain).'],
    ['empty.mp4', 'video/mp4', '', 'The file is empty.'],
  ] as const) {
    await page.getByLabel('Video').setInputFiles({ name, mimeType, buffer: Buffer.from(content) });
    await row(name).getByText(reason).waitFor();
  }
  await upload();
  await page.getByRole('alert').getByText('Choose a video first.').waitFor();
  expect(requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
});

it('shows why the server refused a file', async () => {
  const buffer = Buffer.from('no video at all'.repeat(1000));
  await page.getByLabel('Video').setInputFiles({ name: 'text.mp4', mimeType: 'video/mp4', buffer });
  await upload();
  await row('text.mp4').getByText('"text.mp4" is not a readable video').waitFor();
  const style = "getComputedStyle(document.querySelector('#uploads li')).listStyleType";
  expect(await page.evaluate(style)).toBe('none');
  await page.waitForFunction('localStorage.length === 0'); // nothing to resume
  await press('Remove', 'text.mp4');
  expect(await row('text.mp4').count()).toBe(0);
  const good = await clip('good.mp4', 100_000);
  await choose(good);
  await page.getByLabel('Classes').fill('unicorn');
  await upload();
  await row('good.mp4').getByText('has no class "unicorn"').waitFor();
  // the file does not have to be chosen again
  await page.getByLabel('Classes').fill('person');
  await upload();
  const answer = await fetch(`${proxy.target}/api/jobs/${await jobOf(good)}`);
  expect(await answer.json()).toMatchObject({ options: { classes: ['person'] } });
});

it('works with the keyboard alone', async () => {
  const file = await clip('keys.mp4', 100_000);
  const choosing = page.waitForEvent('filechooser');
  await page.getByLabel('Video').focus(); // then the file chooser event is awaited before the key is pressed
  await page.keyboard.press('Space');
  await (await choosing).setFiles(file);
  const focused = () => page.locator(':focus').innerText();
  for (let n = 0; n < 12 && (await focused()) !== 'Upload'; n++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await jobOf(file);
});

import { createHash, randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Upload } from 'tus-js-client';
import type { JobResource } from '#contract';
import { collectPageErrors, startBrowser, untilTrue } from '../support/browser';
import { outcome, startClient } from '../support/client';
import { Cluster } from '../support/cluster';
import { PrefixProxy } from '../support/prefix-proxy';
import { Receiver } from '../support/receiver';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

jest.setTimeout(180_000);

const BASE = '/boxreel';
const KEY = randomBytes(32).toString('base64url');
const headers = { Authorization: `Bearer ${KEY}` };

let folder: string;
let clip: string;
let cluster: Cluster;

beforeAll(async () => {
  folder = await temporaryFolder();
  clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=320x240:r=10:d=2'), ...H264);
  cluster = await Cluster.start({
    env: {
      BASE_PATH: BASE,
      PREVIEW: 'eager', // or the link `preview` would lead nowhere
      API_KEYS: `alice:${createHash('sha256').update(KEY).digest('hex')}`,
      SERVICE_TOKEN: randomBytes(16).toString('hex'),
      WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
      WEBHOOK_ALLOW_PRIVATE: '127.0.0.1',
    },
  });
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

describe.each([
  ['keeps the prefix', false],
  ['strips the prefix', true],
])('behind a proxy that %s', (_, strip) => {
  let proxy: PrefixProxy;
  /** A complete job. */
  let id: string;

  beforeAll(async () => {
    proxy = await PrefixProxy.open(cluster.url, BASE, { strip });
    const answer = await form('/api/jobs', { score: '0.01' });
    expect(answer.status).toBe(201);
    ({ id } = (await answer.json()) as JobResource);
    expect(answer.headers.get('location')).toBe(`${BASE}/api/jobs/${id}`);
    await ended(id);
  });
  afterEach(() => {
    expect(proxy.strays.splice(0)).toEqual([]);
  });
  afterAll(() => {
    proxy.close();
  });

  const get = (path: string, init: RequestInit = {}) =>
    fetch(proxy.url + path, { headers, redirect: 'manual', ...init });

  async function form(path: string, fields: Record<string, string> = {}): Promise<Response> {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    body.set('file', await openAsBlob(clip), 'clip.mp4');
    return get(path, { method: 'POST', body });
  }

  /** Follows the events of a job to their end. @returns the job in the last event */
  async function ended(job: string): Promise<JobResource> {
    const events = await (await get(`/api/jobs/${job}/events`)).text();
    const last = events.match(/^data: .*$/gm)!.at(-1)!;
    const event = JSON.parse(last.slice('data: '.length)) as JobResource;
    expect(event.status).toBe('POSTPROCESSING_COMPLETE');
    return event;
  }

  it('a program can follow the links of a job', async () => {
    const layout = { lines: [{ name: 'Gate', from: [0.5, 1], to: [0.5, 0] }] };
    const set = await fetch(`${proxy.origin}/boxreel/api/jobs/${id}/layout`, {
      method: 'PUT',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(layout),
    });
    expect(set.status).toBe(200);
    const { links } = (await (await get(`/api/jobs/${id}`)).json()) as JobResource;
    for (const path of Object.values(links)) {
      if (path === null) continue; // the clip plays as it is
      expect(path).toMatch(/^\/boxreel\/api\/jobs\//);
      const address = proxy.origin + path.replace('{n}', '0');
      const response = await fetch(address, { headers });
      expect(response.status).toBe(200);
      await response.body?.cancel();
    }
    const avi = Buffer.from(await (await get(`/${id}/download`)).arrayBuffer());
    expect(avi.equals(await readFile(cluster.workspace.target(id)))).toBe(true);
  });

  it('a tus client uploads and resumes at the returned address', async () => {
    const video = await readFile(clip);
    const job = await new Promise<string>((resolve, reject) => {
      const upload: Upload = new Upload(video, {
        endpoint: `${proxy.url}/api/uploads`,
        headers,
        chunkSize: Math.ceil(video.length / 3),
        metadata: { filename: 'clip.mp4' },
        onError: reject,
        onSuccess: ({ lastResponse }) => {
          expect(upload.url).toMatch(`${proxy.url}/api/uploads/`);
          resolve(lastResponse.getHeader('Boxreel-Job')!);
        },
      });
      upload.start();
    });
    await ended(job);
  });

  it('the command line submits, waits and downloads', async () => {
    const env = { BOXREEL_KEY: KEY };
    const run = (...args: string[]) =>
      outcome(startClient(folder, [...args, '--url', proxy.url, '--json'], env));
    const submitted = await run('submit', clip, '--wait');
    expect(submitted).toMatchObject({ code: 0 });
    const job = JSON.parse(submitted.out.trim().split('\n').at(-1)!) as JobResource;
    expect(await run('get', job.id, '--avi', join(folder, 'out.avi'))).toMatchObject({ code: 0 });
    expect(
      (await readFile(join(folder, 'out.avi'))).equals(await readFile(cluster.workspace.target(job.id))),
    ).toBe(true);
    expect(await run('delete', job.id)).toMatchObject({ code: 0 });
  });

  it('an image is forwarded to the detector', async () => {
    const image = await ffmpeg(
      join(folder, 'image.jpg'),
      ...source('testsrc2=s=64x48:d=1'),
      '-frames:v',
      '1',
    );
    const body = new FormData();
    body.set('image', await openAsBlob(image));
    expect((await get('/api/detect', { method: 'POST', body })).status).toBe(200);
  });

  it('a callback has links that work', async () => {
    const receiver = await Receiver.start();
    try {
      await form('/api/jobs', { callbackUrl: receiver.url });
      await receiver.received(1);
      const { data } = JSON.parse(receiver.requests[0]!.body) as { data: JobResource };
      expect((await fetch(proxy.origin + data.links.video, { headers })).status).toBe(200);
    } finally {
      await receiver.stop();
    }
  });

  it('the OpenAPI document has the address of the API', async () => {
    const page = await (await get('/api')).text();
    const [, script] = /src="(\.[^"]*swagger-ui-init\.js)"/.exec(page)!;
    expect((await fetch(new URL(script!, `${proxy.url}/api`), { headers })).status).toBe(200);
    const document = (await (await get('/api-json')).json()) as { servers: unknown };
    expect(document.servers).toEqual([{ url: BASE }]);
  });

  it('every link, form and file of every page is below the prefix and exists', async () => {
    const uploaded = await form('/fileUpload');
    const pages = [
      ...[
        '/login',
        '/upload',
        '/result',
        '/result?status=done&search=clip',
        '/cluster',
        `/jobs/${id}`,
        `/${id}/delete`,
      ],
      '/nowhere',
    ].map(async (path) => (await get(path, { headers: { ...headers, Accept: 'text/html' } })).text());
    for (const page of [...(await Promise.all(pages)), await uploaded.text()]) {
      expect(page).toContain(`data-base="${BASE}"`);
      for (const [tag, , address] of page.matchAll(
        /<[^<]*?\b(href|src|action|poster|data-summary|data-events)="([^"]+)"[^>]*>/g,
      )) {
        const path = address!.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
        if (path.startsWith('#')) continue; // on the same page
        expect(path).toMatch(/^\/boxreel\//);
        if (path === `/boxreel/${id}/delete` && tag.startsWith('<form')) continue; // tested below
        // Without its fields, the form is refused by its route, which is not a 404.
        const method = tag.includes('method="post"') ? 'POST' : 'GET';
        const answer = await fetch(proxy.origin + path, { method, headers, redirect: 'manual' });
        await answer.body?.cancel();
        const there = tag.startsWith('<form') ? answer.status !== 404 : answer.status < 400;
        expect({ path, there }).toEqual({ path, there: true });
      }
    }
    const deleted = await get(`/${id}/delete`, { method: 'POST' });
    expect(deleted.status).toBe(200);
    expect(await deleted.text()).toContain(`<a href="${BASE}/result">`);
  });

  it.each(['', '/'])('its address followed by %j redirects to the upload page', async (end) => {
    const answer = await get(end);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `${BASE}/upload`]);
  });

  it('a person logs in, uploads, watches and plays the result, and logs out', async () => {
    const { browser, close } = await startBrowser();
    try {
      const page = await browser.newPage();
      const pageErrors = collectPageErrors(page);
      await page.goto(`${proxy.url}/result?search=clip`);
      expect(page.url()).toBe(`${proxy.url}/login?next=%2Fresult%3Fsearch%3Dclip`);
      await page.getByLabel('Key').fill(KEY);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.waitForURL(`${proxy.url}/result?search=clip`);
      expect(await browser.cookies()).toMatchObject([{ name: 'boxreel_session', path: BASE }]);
      await page.getByRole('link', { name: 'Upload', exact: true }).click();
      await page.getByText('Choose classes from a list').waitFor(); // from /api/models
      await page.getByLabel('Score').fill('0.01');
      await page.getByLabel('Video').setInputFiles(clip);
      await page.getByRole('button', { name: 'Upload' }).click();
      await page.getByRole('link', { name: 'Open job' }).click();
      await page.waitForURL(`${proxy.url}/jobs/*`);
      await page.locator('video').waitFor({ timeout: 120_000 }); // the page reloads when the job has ended
      await page.evaluate("document.querySelector('video').play()");
      await untilTrue(page, "document.querySelector('video').currentTime > 0");
      await page.locator('#chart canvas').waitFor();
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.waitForURL(`${proxy.url}/login`);
      expect(await browser.cookies()).toEqual([]);
      expect(pageErrors).toEqual([]);
    } finally {
      await close();
    }
  });
});

it('probes, metrics and the other services also reach it without the prefix', async () => {
  for (const base of ['', BASE]) {
    expect((await fetch(`${cluster.url}${base}/healthz`)).status).toBe(200);
    expect((await fetch(`${cluster.url}${base}/readyz`)).status).toBe(200);
    expect((await fetch(`${cluster.url}${base}/metrics`, { headers })).status).toBe(200);
  }
  expect((await fetch(`${cluster.url}/boxreels/healthz`, { headers })).status).toBe(404);
});

it('returns to the previous page after an action', async () => {
  const id = await (async () => {
    const body = new FormData();
    body.set('file', await openAsBlob(clip), 'clip.mp4');
    const answer = await fetch(`${cluster.url}/api/jobs`, { method: 'POST', body, headers });
    return ((await answer.json()) as JobResource).id;
  })();
  await fetch(`${cluster.url}/api/jobs/${id}/cancel`, { method: 'POST', headers });
  const answer = await fetch(`${cluster.url}${BASE}/${id}/retry`, {
    method: 'POST',
    headers: { ...headers, Referer: `http://proxy.example${BASE}/result?search=clip` },
    redirect: 'manual',
  });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `${BASE}/result?search=clip`]);
});

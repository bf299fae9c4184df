import { createHash, randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobResource } from '#contract';
import { JSON_PLEASE, NO_JOB, NO_UPLOAD, codeOf, form } from '../support/answers';
import { Cluster, type ServiceName } from '../support/cluster';
import { repositoryRoot } from '../support/test-data';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

const KEY = randomBytes(32).toString('base64url');
const SERVICE_TOKEN = randomBytes(16).toString('hex');
const METRICS_TOKEN = randomBytes(16).toString('hex');
const API_KEYS = `bob:${'0'.repeat(64)},alice:${createHash('sha256').update(KEY).digest('hex')}`;
const UNAUTHORIZED = [401, 'UNAUTHORIZED'];

const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });

let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=64x48:r=5:d=1'), ...H264);
  await ffmpeg(join(folder, 'image.jpg'), ...source('testsrc2=s=64x48:r=1:d=1'), '-frames:v', '1');
});
afterAll(() => rm(folder, { recursive: true }));

/** A client with its own address, so that failed attempts of one test do not count for another. */
let clients = 0;
const client = () => ({ 'X-Forwarded-For': `192.0.2.${++clients}` });

describe('with keys', () => {
  let cluster: Cluster;

  const ask = (
    path: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
    base = cluster.url,
  ) => fetch(base + path, { redirect: 'manual', ...init, headers: { ...JSON_PLEASE, ...init.headers } });
  const logIn = (fields: Record<string, string>, headers: Record<string, string> = client()) =>
    ask('/login', { method: 'POST', body: new URLSearchParams(fields), headers });

  beforeAll(async () => {
    const env = { API_KEYS, SERVICE_TOKEN, METRICS_TOKEN, TRUST_PROXY: 'loopback', LOGINS_PER_MINUTE: '3' };
    cluster = await Cluster.start({ env });
  });
  afterAll(() => cluster.stop());

  it.each([
    ['GET', '/api/jobs'],
    ['GET', `/api/jobs/${NO_JOB}`],
    ['POST', '/api/jobs'],
    ['DELETE', `/api/jobs/${NO_JOB}`],
    ['GET', `/api/jobs/${NO_JOB}/detections?format=csv`],
    ['GET', `/api/jobs/${NO_JOB}/txts.zip`],
    ['POST', '/api/uploads'],
    ['OPTIONS', '/api/uploads'],
    ['GET', `/api/uploads/${NO_UPLOAD}`],
    ['PATCH', `/api/uploads/${NO_UPLOAD}`],
    ['DELETE', `/api/uploads/${NO_UPLOAD}`],
    ['GET', '/api/models'],
    ['GET', '/api/deployments'],
    ['PUT', '/api/deployments/infer/scale'],
    ['POST', '/api/detect'],
    ['POST', '/API/Detect/'],
    ['GET', '/api-json'],
    ['GET', '/api'],
    ['GET', '/result'],
    ['GET', '/result/events'],
    ['GET', `/jobs/${NO_JOB}`],
    ['GET', `/jobs/${NO_JOB}/events`],
    ['GET', `/api/jobs/${NO_JOB}/events`],
    ['GET', `/api/jobs/${NO_JOB}/preview.mp4`],
    ['POST', '/fileUpload'],
    ['GET', `/${NO_JOB}/download`],
    ['GET', `/${NO_JOB}/delete`],
    ['POST', `/${NO_JOB}/delete`],
    ['POST', '/cluster/infer/scale'],
    ['GET', '/metrics'],
    ['GET', '/what-is-not-there'],
    ['GET', '/login/download'],
    ['GET', '/static%2f..%2fresult'],
    ['PUT', `/requestid/${NO_JOB}/status/INFERENCING`],
    ['PUT', `/RequestId/${NO_JOB}/status/INFERENCING`],
  ])('%s %s requires a key', async (method, path) => {
    const answer = await ask(path, { method });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="boxreel"');
    expect(await codeOf(answer)).toEqual(UNAUTHORIZED);
  });

  it.each<ServiceName>(['preprocess', 'infer', 'postprocess'])(
    '%s serves probes without a key, and metrics with a key or METRICS_TOKEN',
    async (name) => {
      const base = cluster.addresses[name][0]!;
      const status = async (path: string, headers: Record<string, string> = {}) =>
        (await ask(path, { headers }, base)).status;
      for (const path of ['/healthz', '/readyz']) expect(await status(path)).toBe(200);
      for (const path of ['/metrics', '/', '/nothing']) expect(await status(path)).toBe(401);
      for (const secret of [METRICS_TOKEN, KEY]) expect(await status('/metrics', bearer(secret))).toBe(200);
    },
  );

  it.each(['*/*', 'text/html', 'application/json'])(
    'refuses the OpenAPI document as JSON to a client that accepts %s',
    async (accept) => {
      const answer = await ask('/api-json', { headers: { Accept: accept } });
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(await codeOf(answer)).toEqual(UNAUTHORIZED);
    },
  );

  it('accepts a key in either header', async () => {
    for (const headers of [bearer(KEY), { 'X-API-Key': KEY }]) {
      const answer = await ask('/api/jobs', { headers });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    }
  });

  it('accepts no token as a key, and no key as the token of the timeline', async () => {
    for (const secret of [SERVICE_TOKEN, METRICS_TOKEN, 'wrong']) {
      const answer = await ask('/api/jobs', { headers: { ...client(), ...bearer(secret) } });
      expect(answer.headers.get('www-authenticate')).toMatch(/error="invalid_token"/);
      expect(await codeOf(answer)).toEqual(UNAUTHORIZED);
    }
    const stamp = (secret: string) =>
      ask(`/requestid/${NO_JOB}/status/INFERENCING`, { method: 'PUT', headers: bearer(secret) });
    for (const secret of [KEY, METRICS_TOKEN])
      expect(await codeOf(await stamp(secret))).toEqual(UNAUTHORIZED);
    expect(await codeOf(await stamp(SERVICE_TOKEN))).toEqual([404, 'JOB_NOT_FOUND']);
  });

  it('processes a video and an image for a client with a key', async () => {
    const headers = bearer(KEY);
    const sent = await ask('/api/jobs', {
      method: 'POST',
      body: await form(folder, 'file', 'clip.mp4'),
      headers,
    });
    expect(sent.status).toBe(201);
    let job = (await sent.json()) as JobResource;
    while (job.status !== 'POSTPROCESSING_COMPLETE') {
      expect(job.status).not.toMatch(/ERROR/);
      await delay(50);
      job = (await (await ask(job.links.self, { headers })).json()) as JobResource;
    }
    const video = await ask(`/${job.id}/download`, { headers });
    expect([
      video.status,
      video.headers.get('content-type'),
      video.headers.get('x-content-type-options'),
    ]).toEqual([...[200, 'video/x-msvideo', 'nosniff']]);

    const infer = cluster.addresses.infer[0]!;
    const detect = async (init: { headers?: Record<string, string> }, base?: string) =>
      (
        await ask(
          '/api/detect',
          { method: 'POST', body: await form(folder, 'image', 'image.jpg'), ...init },
          base,
        )
      ).status;
    const fromSwagger = { ...headers, Origin: cluster.url, 'Sec-Fetch-Site': 'same-origin' };
    expect(await detect({ headers: fromSwagger })).toBe(200);
    expect(await detect({ headers: bearer(SERVICE_TOKEN) }, infer)).toBe(200);
    expect(await detect({ headers }, infer)).toBe(200);
    expect(await detect({}, infer)).toBe(401);
  });

  it('redirects browsers to the login and back to the requested page, with a private cookie', async () => {
    const asked = await ask('/result?cursor=x', { headers: { Accept: 'text/html' } });
    expect([asked.status, asked.headers.get('location')]).toEqual([
      303,
      '/login?next=%2Fresult%3Fcursor%3Dx',
    ]);

    const entered = await logIn({ key: ` ${KEY}\n`, next: '/result' });
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/result']);
    const [cookie = '', ...attributes] = entered.headers.get('set-cookie')!.split('; ');
    expect(attributes.filter((text) => !text.startsWith('Expires')).sort()).toEqual([
      ...['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict'],
    ]);
    const page = await ask('/result', { headers: { Cookie: `other=1; ${cookie}` } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('alice');
    expect((await ask('/api/jobs', { headers: { Cookie: cookie } })).status).toBe(200);
    const forged = cookie.replace('alice', 'bob');
    expect((await ask('/api/jobs', { headers: { Cookie: forged } })).status).toBe(401);

    const left = await ask('/logout', { method: 'POST', headers: { Cookie: cookie } });
    expect(left.headers.get('set-cookie')).toMatch(/^boxreel_session=;.*Expires=Thu, 01 Jan 1970/);
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/..//evil.example',
    'javascript:alert(1)',
  ])('does not redirect to %s after the login', async (next) => {
    const location = (await logIn({ key: KEY, next })).headers.get('location')!;
    expect(new URL(location, cluster.url).origin).toBe(cluster.url);
  });

  it('restricts cookies and visits to TLS if a proxy reports TLS', async () => {
    const answer = await logIn({ key: KEY }, { ...client(), 'X-Forwarded-Proto': 'https' });
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure/);
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect((await logIn({ key: KEY })).headers.has('strict-transport-security')).toBe(false);
  });

  it('blocks an address after too many wrong keys, in the form or in a header', async () => {
    const headers = client();
    const guess = () => ask('/api/jobs', { headers: { ...headers, ...bearer('guess') } });
    expect((await guess()).status).toBe(401);
    const page = await logIn({ key: '<b>guess</b>' }, headers);
    expect(page.status).toBe(401);
    expect(await page.text()).toMatch(/Invalid API key/);
    expect((await guess()).status).toBe(401);
    for (const answer of [await guess(), await logIn({ key: KEY }, headers)]) {
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(50);
      expect(await codeOf(answer)).toEqual([429, 'TOO_MANY_REQUESTS']);
    }
    expect((await logIn({ key: KEY })).status).toBe(303);
  });
});

it.each<ServiceName>(['preprocess', 'infer', 'postprocess'])(
  '%s refuses to start with keys but without a service token',
  (name) => {
    const main = join(repositoryRoot, `dist/services/${name}/src/main.js`);
    const env = { ...process.env, MONGODB_URI: 'mongodb://127.0.0.1:1/', API_KEYS, SERVICE_TOKEN: '' };
    const { status, stderr } = spawnSync(process.execPath, [main], { env, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Invalid settings:\n {2}SERVICE_TOKEN is not set: with API_KEYS/);
  },
);

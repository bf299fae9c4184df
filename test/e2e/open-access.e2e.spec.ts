import { rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { MongoClient, ObjectId } from 'mongodb';
import { JSON_PLEASE, NO_JOB, NO_UPLOAD, codeOf, form } from '../support/answers';
import { Cluster } from '../support/cluster';
import { ffmpeg, source, temporaryFolder } from '../support/video';

let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  await ffmpeg(join(folder, 'image.jpg'), ...source('testsrc2=s=64x48:r=1:d=1'), '-frames:v', '1');
});
afterAll(() => rm(folder, { recursive: true }));

describe('without keys', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start({ env: { UPLOADS_PER_MINUTE: '2' } });
  });
  afterAll(() => cluster.stop());

  /** fetch does not allow setting Host. */
  const statusFor = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      httpRequest(`${cluster.url}/api/jobs`, { headers: { Host: host } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });

  it.each([
    ['POST', `/${NO_JOB}/delete`],
    ['DELETE', `/api/jobs/${NO_JOB}`],
    ['PUT', `/requestid/${NO_JOB}/status/INFERENCING`],
    ['POST', '/fileUpload'],
    ['POST', '/api/uploads'],
    ['PATCH', `/api/uploads/${NO_UPLOAD}`],
    ['DELETE', `/api/uploads/${NO_UPLOAD}`],
    ['POST', '/api/detect'],
    ['POST', '/cluster/infer/scale'],
  ])('refuses a %s %s from another site', async (method, path) => {
    const of = async (headers: Record<string, string>) =>
      codeOf(await fetch(cluster.url + path, { method, headers: { ...JSON_PLEASE, ...headers } }));
    expect(await of({ Origin: 'http://evil.example' })).toEqual([403, 'FORBIDDEN']);
    expect(await of({ 'Sec-Fetch-Site': 'cross-site' })).toEqual([403, 'FORBIDDEN']);
    for (const headers of [{}, { Origin: cluster.url }]) expect((await of(headers))[0]).not.toBe(403);
  });

  it('accepts only the host names of this machine', async () => {
    const { port } = new URL(cluster.url);
    expect(await statusFor(`localhost:${port}`)).toBe(200);
    expect(await statusFor(`evil.example:${port}`)).toBe(403);
  });

  it('allows access without login and cookie', async () => {
    const answer = await fetch(`${cluster.url}/login`);
    expect(answer.url).toBe(`${cluster.url}/upload`);
    expect(await answer.text()).not.toMatch(/Log out/);
    const tried = await fetch(`${cluster.url}/login`, {
      method: 'POST',
      body: new URLSearchParams({ key: 'any key' }),
    });
    expect([tried.status, tried.headers.has('set-cookie')]).toEqual([401, false]);
  });

  it('sends a Content-Security-Policy and other security headers', async () => {
    const page = await fetch(`${cluster.url}/upload`);
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none';script-src 'self';connect-src 'self';style-src 'self';img-src 'self' data: blob:;media-src 'self' blob:;form-action 'self';frame-ancestors 'none';base-uri 'none'",
    );
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.has('strict-transport-security')).toBe(false);
    expect(page.headers.has('x-powered-by')).toBe(false);
    for (const path of ['/static/style.css', '/static/vendor/pico.css']) {
      const style = await fetch(cluster.url + path);
      expect(style.headers.get('content-type')).toMatch(/^text\/css/);
      expect(style.headers.get('cache-control')).toBe('public, max-age=0');
      const headers = { 'If-None-Match': style.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' };
      expect((await fetch(cluster.url + path, { headers })).status).toBe(304);
    }
  });

  it('hides internal errors behind a number that is also in the log', async () => {
    const client = await MongoClient.connect(cluster.databaseUri);
    const records = client.db(cluster.databaseName).collection('hs_requests');
    const _id = new ObjectId();
    const options = { classes: [{ toString: 'nothing that could be called' }] };
    await records.insertOne({ _id, FILENAME: 'a', STATUS: 'POSTPROCESSING_COMPLETE', options });
    try {
      for (const [path, Accept] of [
        ['/result', 'application/json'],
        ['/result', 'text/html'],
      ] as const) {
        const answer = await fetch(cluster.url + path, { headers: { Accept } });
        const text = await answer.text();
        const id = answer.headers.get('x-request-id')!;
        expect(answer.status).toBe(500);
        expect(text).toContain(id);
        expect(text).not.toMatch(/TypeError|toString|primitive|\.js\b|node_modules/);
        expect(await cluster.output()).toMatch(
          new RegExp(`Request ${id}, GET ${path}: TypeError: .*\\n +at `),
        );
      }
    } finally {
      await records.deleteOne({ _id });
      await client.close();
    }
  });

  it('limits videos per minute, with Retry-After', async () => {
    const before = await fetch(`${cluster.url}/metrics`);
    expect(before.status).toBe(200);
    const upload = async (path: string) =>
      fetch(cluster.url + path, {
        method: 'POST',
        body: await form(folder, 'file', 'image.jpg'),
        headers: JSON_PLEASE,
      });
    while ((await upload('/api/jobs')).status !== 429);
    for (const path of ['/api/jobs', '/API/jobs/', '/fileUpload', '/api/uploads']) {
      const answer = await upload(path);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await codeOf(answer)).toEqual([429, 'TOO_MANY_REQUESTS']);
    }
    expect((await fetch(`${cluster.url}/api/jobs`)).status).toBe(200);
  });
});

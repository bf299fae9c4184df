import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { Webhook } from 'standardwebhooks';
import type { JobResource } from '#contract';
import { freePort } from '../../scripts/start/database';
import { Cluster } from '../support/cluster';
import { scrape } from '../support/metrics';
import { Receiver, type ReceivedRequest } from '../support/receiver';
import { repositoryRoot } from '../support/test-data';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

jest.setTimeout(180_000);

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;

let folder: string;
let clip: string;
let long: string;
let cluster: Cluster;
let receiver: Receiver;

beforeAll(async () => {
  folder = await temporaryFolder();
  clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=320x240:r=10:d=1'), ...H264);
  long = await ffmpeg(join(folder, 'long.mp4'), ...source('testsrc2=s=320x240:r=10:d=10'), ...H264);
  const env = {
    WEBHOOK_SECRET: SECRET,
    WEBHOOK_ALLOW_PRIVATE: '127.0.0.1',
    WEBHOOK_RETRY_MS: '100',
    EVENT_STREAMS_MAX: '3',
    LEASE_MS: '3000',
    STOP_GRACE_MS: '3000',
  };
  cluster = await Cluster.start({ replicas: { preprocess: 2 }, env });
});
beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(() => receiver.stop());
afterAll(async () => {
  const output = await cluster.output();
  await cluster.stop();
  await rm(folder, { recursive: true });
  expect(output).not.toContain(SECRET.slice('whsec_'.length));
});

const post = (id: string, what: 'cancel' | 'retry') =>
  fetch(`${cluster.url}/api/jobs/${id}/${what}`, { method: 'POST' });

interface ServerSentEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly job: JobResource;
}

/** Reads an event stream to its end, or to the wanted event. */
async function* eventsOf(answer: Response): AsyncGenerator<ServerSentEvent> {
  let text = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop()!;
    for (const lines of events.filter((event) => event.startsWith('event: '))) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(lines)?.[1];
      yield { event: field('event')!, id: field('id'), job: JSON.parse(field('data')!) as JobResource };
    }
  }
}

const follow = (id: string, init: RequestInit = {}, url = cluster.url) =>
  fetch(`${url}/api/jobs/${id}/events`, init);

describe('GET /api/jobs/:id/events', () => {
  it('reports a job from upload to end, then ends, and tells reconnecting clients to stop', async () => {
    const id = await cluster.submit(long);
    const answer = await follow(id);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events: ServerSentEvent[] = [];
    for await (const event of eventsOf(answer)) events.push(event);
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['job']));
    const statuses = events.map(({ job }) => job.status);
    expect(statuses).toContain('INFERENCING');
    expect(statuses.indexOf('POSTPROCESSING_COMPLETE')).toBe(events.length - 1);
    const done = events
      .filter(({ job }) => job.status === 'INFERENCING')
      .map(({ job }) => job.progress?.done);
    expect(new Set(done).size).toBeGreaterThan(2);
    expect(events.at(-1)!.job).toEqual(await cluster.job(id));

    const again = await follow(id, { headers: { 'Last-Event-ID': events.at(-1)!.id! } });
    expect([again.status, await again.text()]).toEqual([204, '']);
    const behind = await follow(id, { headers: { 'Last-Event-ID': events[0]!.id! } });
    const rest: ServerSentEvent[] = [];
    for await (const event of eventsOf(behind)) rest.push(event);
    expect(rest).toEqual([events.at(-1)]);
  });

  it('reports that a job is deleted', async () => {
    const id = await cluster.submit(long);
    const events = eventsOf(await follow(id));
    await events.next();
    expect((await fetch(`${cluster.url}/api/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
    let last: ServerSentEvent | undefined;
    for await (const event of events) last = event;
    expect(last).toMatchObject({ event: 'deleted', job: { id } });
    expect((await follow(id)).status).toBe(404);
    expect((await follow('nonsense')).status).toBe(400);
  });

  it('responds to HEAD without a stream, and limits the number of streams', async () => {
    const id = await cluster.submit(long);
    const head = await follow(id, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    const open = await Promise.all([follow(id), follow(id), follow(id)]);
    expect(open.map(({ status }) => status)).toEqual([200, 200, 200]);
    const refused = await follow(id);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({ error: { code: 'SERVICE_UNAVAILABLE' } });
    expect((await follow(id, {}, cluster.urls[1])).status).toBe(200);
    await Promise.all(open.map((answer) => answer.body!.cancel()));
    await post(id, 'cancel');
  });

  it('survives a restart of the database', async () => {
    const id = await cluster.submit(long);
    const events = eventsOf(await follow(id));
    await events.next();
    const database = cluster.victims().find(({ name }) => name === 'database');
    if (database?.pid !== undefined) process.kill(database.pid, 'SIGKILL');
    let last: ServerSentEvent | undefined;
    for await (const event of events) last = event;
    expect(last).toMatchObject({ event: 'job', job: { id, status: 'POSTPROCESSING_COMPLETE' } });
  });

  it('ends immediately when its replica stops', async () => {
    const id = await cluster.submit(long);
    const answer = await follow(id, {}, cluster.urls[1]);
    const events = eventsOf(answer);
    await events.next();
    const before = cluster.ends.length;
    const service = cluster.processes.preprocess[1]!;
    process.kill(service.pid!, 'SIGTERM');
    for await (const { job } of events) expect(job.status).not.toBe('POSTPROCESSING_COMPLETE');
    while (cluster.ends.length === before) await cluster.job(id);
    expect(cluster.ends.slice(before)).toEqual(['preprocess: exit code 0']);
    await post(id, 'cancel');
  });
});

describe('callbackUrl', () => {
  const verify = ({ body, headers }: ReceivedRequest) =>
    new Webhook(SECRET).verify(body, headers) as { type: string; data: JobResource };
  const settled = (id: string) =>
    cluster.until(id, ({ callback }) => callback?.state === 'delivered' || callback?.state === 'failed');

  it('is called at the end of the job, and again after a retry', async () => {
    const id = await cluster.submit(long, 'clip.mp4', { callbackUrl: receiver.url });
    expect(await cluster.job(id)).toMatchObject({
      callback: { url: receiver.url, state: 'waiting', attempts: 0, lastError: null },
    });
    await post(id, 'cancel');
    expect(await settled(id)).toMatchObject({
      callback: { state: 'delivered', attempts: 1, lastError: null },
    });
    expect((await post(id, 'retry')).status).toBe(200);
    const [first, second] = await receiver.received(2);
    expect(verify(first!)).toMatchObject({ type: 'job.cancelled', data: { id, status: 'CANCELLED' } });
    expect(verify(second!)).toMatchObject({
      type: 'job.completed',
      data: { id, status: 'POSTPROCESSING_COMPLETE', filename: 'clip.mp4' },
    });
    expect(first!.headers['webhook-id']).not.toBe(second!.headers['webhook-id']);
    const samples = await Promise.all(cluster.urls.map(scrape));
    const delivered = samples.map((s) => s.get('boxreel_webhook_deliveries_total{outcome="delivered"}')!);
    expect(delivered[0]! + delivered[1]!).toBeGreaterThanOrEqual(1);
  });

  it('is called again with the same id if both replicas are killed during the call', async () => {
    receiver.answer = () => undefined;
    const id = await cluster.submit(clip, 'clip.mp4', { callbackUrl: receiver.url });
    await receiver.received(1);
    for (const service of cluster.processes.preprocess) process.kill(service.pid!, 'SIGKILL');
    receiver.answer = (_, response) => {
      response.end();
    };
    const [first, second] = await receiver.received(2);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(await settled(id)).toMatchObject({ callback: { state: 'delivered', attempts: 2 } });
    expect(verify(second!).data.id).toBe(id);
    expect(receiver.requests).toHaveLength(2);
  });

  it.each<[string, string, RegExp]>([
    [
      'a private address',
      'http://10.0.0.1/',
      /callbackUrl: 10\.0\.0\.1 is not a public address.*WEBHOOK_ALLOW_PRIVATE/,
    ],
    [
      'a mapped private address',
      'http://[::ffff:169.254.169.254]/',
      /callbackUrl: .* is not a public address/,
    ],
    ['a password', 'https://user:pw@hooks.example/', /callbackUrl: expected a URL without user name/],
    ['another protocol', 'gopher://hooks.example/', /callbackUrl: expected an http or https URL/],
    [
      'a URL that is too long',
      `https://hooks.example/${'x'.repeat(2048)}`,
      /callbackUrl: expected at most 2048 bytes/,
    ],
  ])('is refused with %s', async (_, callbackUrl, sentence) => {
    const answer = await cluster.upload(clip, 'clip.mp4', { callbackUrl, score: 'high' });
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect([answer.status, error.code]).toEqual([400, 'BAD_REQUEST']);
    expect(error.message).toMatch(sentence);
    expect(error.message).toContain('score: expected a number from 0 to 1');
  });

  it('is covered by the Idempotency-Key, and is a field of the upload form', async () => {
    const headers = { 'Idempotency-Key': 'one' };
    const send = (callbackUrl: string) => cluster.upload(clip, 'clip.mp4', { callbackUrl }, headers);
    const answers = [await send(receiver.url), await send(receiver.url), await send(`${receiver.url}/other`)];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 422]);
    expect(await (await fetch(`${cluster.url}/upload`)).text()).toContain('name="callbackUrl"');
    await receiver.received(1);
  });

  it('can be received as shown in docs/webhooks.md', async () => {
    const page = readFileSync(join(repositoryRoot, 'docs/webhooks.md'), 'utf8');
    const [, code = ''] = /```js\n([^]*?)```/.exec(page)!;
    const port = String(await freePort());
    const env = { ...process.env, WEBHOOK_SECRET: SECRET, PORT: port };
    const example: ChildProcess = spawn(process.execPath, ['-e', code], { cwd: repositoryRoot, env });
    let output = '';
    const printed = new Promise<void>((resolve) => {
      example.stdout!.on('data', (chunk) => {
        output += String(chunk);
        resolve();
      });
    });
    const callbackUrl = `http://127.0.0.1:${port}/`;
    const id = await cluster.submit(clip, 'clip.mp4', { callbackUrl });
    await printed;
    expect(output).toBe(`job.completed ${id} clip.mp4\n`);
    const forged = await fetch(callbackUrl, { method: 'POST', body: '{}' });
    expect(forged.status).toBe(401);
    expect(await settled(id)).toMatchObject({ callback: { state: 'delivered' } });
    example.kill();
    await once(example, 'exit');
  });
});

it('refuses callbacks without WEBHOOK_SECRET', async () => {
  const without = await Cluster.start();
  const answer = await without.upload(clip, 'clip.mp4', { callbackUrl: 'https://hooks.example/' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(
    'callbackUrl: callbacks are disabled on this server: set WEBHOOK_SECRET',
  );
  expect(await (await fetch(`${without.url}/upload`)).text()).not.toContain('callbackUrl');
  await without.stop();
});

/** The client with difficult servers: dropped connections, events, a busy server, a server that is not Boxreel. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CLIENT, outcome, startClient } from '../support/client';
import { temporaryFolder } from '../support/video';

const ID = '64b000000000000000000001';
const job = { id: ID, filename: 'a\u001b[31m\u2028.mp4', status: 'INFERENCING', progress: null, video: null, options: null, durations: {}, error: null }; // prettier-ignore
const complete = { ...job, status: 'POSTPROCESSING_COMPLETE' };
let folder: string;
let server: Server;
let env: NodeJS.ProcessEnv;
let asked: { path: string; key: string | undefined; body: string }[];
let answers: Record<string, (response: ServerResponse) => void>;

beforeAll(async () => {
  folder = await temporaryFolder();
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = `${request.method} ${request.url}`;
      asked.push({ path, key: request.headers['idempotency-key'] as string | undefined, body });
      const answer = answers[path];
      if (answer) answer(response);
      else response.writeHead(404).end('{"error":{"code":"NOT_FOUND","message":"Nothing."}}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  env = { BOXREEL_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/behind/a/proxy` };
  await writeFile(join(folder, 'any.mp4'), 'any video');
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => (asked = []));

const run = (...args: string[]) => outcome(startClient(folder, args, env));
const at = (method: string, ...rest: string[]) => `${method} /behind/a/proxy/api/jobs${rest.join('')}`;
const json = (value: object) => (response: ServerResponse) => response.end(JSON.stringify(value));

it('follows its events to the end', async () => {
  answers = {
    [at('GET', `/${ID}`)]: json(job),
    [at('GET', `/${ID}/events`)]: (response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(
        `: hello\n\nretry: 1000\nevent: other\ndata: {}\n\nevent: job\ndata: ${JSON.stringify(job)}\n\n`,
      );
      const [start, end] = [JSON.stringify(complete).slice(0, 40), JSON.stringify(complete).slice(40)];
      response.write(`event: job\r\ndata: ${start}`);
      response.end(`${end}\r\n\r\n`);
    },
  };
  const { code, out, err } = await run('get', ID, '--wait', '--json');
  expect([code, JSON.parse(out)]).toEqual([0, complete]);
  expect(err).toBe('a\uFFFD[31m\u2028.mp4: INFERENCING\na\uFFFD[31m\u2028.mp4: POSTPROCESSING_COMPLETE\n');
  expect(asked.map(({ path }) => path)).toEqual([at('GET', `/${ID}`), at('GET', `/${ID}/events`)]);
});

it('shows one updated line on a terminal, and clears it at the end', async () => {
  const running = { ...job, filename: 'a.mp4', progress: { done: 30, total: 80 } };
  answers = {
    [at('GET', `/${ID}`)]: json(running),
    [at('GET', `/${ID}/events`)]: (response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.end(
        `event: job\ndata: ${JSON.stringify({ ...running, status: 'CANCELLED', progress: null })}\n\n`,
      );
    },
  };
  const command = `'${process.execPath}' '${CLIENT}' get ${ID} --wait`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, out } = await outcome(child);
  const lines = ['a.mp4: INFERENCING 30 of 80 frames (37 %)', 'a.mp4: CANCELLED', 'a.mp4\r\n'];
  expect(code).toBe(1);
  expect(out.startsWith(lines.map((line) => `\r\x1b[2K${line}`).join(''))).toBe(true);
});

it('polls if the events are interrupted', async () => {
  let asks = 0;
  answers = {
    [at('GET', `/${ID}`)]: (response) => json(++asks < 3 ? job : complete)(response),
    [at('GET', `/${ID}/events`)]: (response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(`event: job\ndata: ${JSON.stringify(job)}\n\n`, () => response.destroy());
    },
  };
  const { code, out, err } = await run('get', ID, '--wait');
  expect([code, out.split('\n')[0]]).toEqual([0, 'a\uFFFD[31m\u2028.mp4']);
  expect(err).toBe('a\uFFFD[31m\u2028.mp4: INFERENCING\na\uFFFD[31m\u2028.mp4: POSTPROCESSING_COMPLETE\n');
});

it('retries an upload with the same key after a lost response or a busy server', async () => {
  let tries = 0;
  answers = {
    [at('POST')]: (response) => {
      if (++tries === 1) response.destroy();
      else if (tries === 2)
        response.writeHead(503, { 'Retry-After': '0' }).end('{"error":{"message":"Busy."}}');
      else json(job)(response);
    },
  };
  const { code, out, err } = await run('submit', 'any.mp4', '--callback-url', 'https://example.org/hook');
  expect([code, out]).toEqual([0, `${ID}\n`]);
  expect(err).toMatch(
    /^any\.mp4: .* dropped the connection .*Retrying in 0\.5 s\.\nany\.mp4: Busy\. Retrying in 1 s\.\n$/,
  );
  expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
  expect(asked.map(({ key }) => key)[0]).toMatch(/^[\w-]{36}$/);
  for (const { body } of asked) {
    expect(body).toMatch(/name="callbackUrl"\r\n\r\nhttps:\/\/example\.org\/hook\r\n/);
    expect(body).toContain('name="file"; filename="any.mp4"');
  }
});

it('names every job it waits for, and keeps waiting for the others if one is deleted', async () => {
  const ids = [ID, ID.replace('1', '2')];
  const jobs = ids.map((id) => ({ ...job, id, filename: 'any.mp4' }));
  let sent = 0;
  answers = {
    [at('POST')]: (response) => json(jobs[sent++]!)(response),
    [at('GET', `/${ids[1]!}`)]: json({ ...complete, id: ids[1] }),
  };
  const { code, out, err } = await run('submit', 'any.mp4', './any.mp4', '--wait', '--json');
  expect([code, JSON.parse(out)]).toEqual([3, { ...complete, id: ids[1] }]);
  expect(err.split('\n').slice(0, 2)).toEqual(ids.map((id, n) => `${n === 0 ? '' : './'}any.mp4: job ${id}`));
  expect(err).toContain('any.mp4: Nothing.\n');
});

it('keeps a finished download, but nothing of an interrupted one', async () => {
  answers = {
    [at('GET', `/${ID}`)]: json(complete),
    [at('POST', `/${ID}/mp4`)]: json({ key: 'k', state: 'done', progress: null, error: null }),
    [at('GET', `/${ID}/mp4/k/video.mp4`)]: (response) => response.end('the video'),
    [at('GET', `/${ID}/detections?format=csv`)]: (response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('half of it', () => response.destroy());
    },
  };
  const { code, err } = await run('get', ID, '--mp4', 'kept.mp4', '--detections', 'broken.csv');
  expect([code, err]).toEqual([3, expect.stringMatching(/^Saved kept\.mp4\n.* dropped the connection/)]);
  expect(await readFile(join(folder, 'kept.mp4'), 'utf8')).toBe('the video');
  expect((await readdir(folder)).filter((name) => /broken|part/.test(name))).toEqual([]);
});

it('writes to a pipe and through a link without replacing them', async () => {
  answers = {
    [at('GET', `/${ID}`)]: json(complete),
    [at('GET', `/${ID}/video`)]: (response) => response.end('the video'),
  };
  const [pipe, link] = [join(folder, 'pipe.avi'), join(folder, 'link.avi')];
  execFileSync('mkfifo', [pipe]);
  await symlink('behind-link.avi', link);
  const [read, ...ends] = await Promise.all([
    readFile(pipe, 'utf8'),
    run('get', ID, '--avi', pipe),
    run('get', ID, '--avi', link),
  ]);
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  expect([read, await readFile(join(folder, 'behind-link.avi'), 'utf8')]).toEqual(['the video', 'the video']);
  expect((await lstat(pipe)).isFIFO()).toBe(true);
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
});

it('reports a server that is not Boxreel', async () => {
  answers = { [at('GET', '?limit=50')]: (response) => response.end('<h1>It works!</h1>') };
  expect(await run('list')).toMatchObject({
    code: 3,
    err: expect.stringMatching(/is it Boxreel\?\n$/) as string,
  });
});

import { EventEmitter } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Response } from 'express';
import { EventStreams } from './event-streams';
import { EventStream } from './event-stream';

let server: Server;
let streams: EventStreams;
let opened: ((opened: { stream: EventStream; response: Response }) => void)[];

beforeEach(async () => {
  streams = new EventStreams(2);
  opened = [];
  const app = express();
  app.get('/', (_, response) => {
    try {
      opened.shift()?.({ stream: streams.begin(response), response });
    } catch (error) {
      response.status(503).send((error as Error).message);
    }
  });
  server = createServer(app);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

async function open() {
  const started = new Promise<{ stream: EventStream; response: Response }>((resolve) => opened.push(resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await new Promise<IncomingMessage>((resolve) => get({ port }, resolve));
  return { answer, ...(answer.statusCode === 200 ? await started : undefined) };
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk as string;
  return text;
}

it('writes events in the format of the HTML Standard', async () => {
  const { answer, stream } = await open();
  expect(answer.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  stream!.send('job', { text: 'one\ntwo' }, { id: 'a' });
  stream!.send('deleted', {});
  stream!.close();
  expect(await textOf(answer)).toBe(
    'retry: 2000\n\nevent: job\nid: a\ndata: {"text":"one\\ntwo"}\n\nevent: deleted\ndata: {}\n\n',
  );
});

it('keeps only the latest event of each kind for a client that does not read', async () => {
  const { answer, stream, response } = await open();
  const padding = 'x'.repeat(1000);
  for (let n = 0; n <= 50_000; n++) {
    stream!.send('job', { n, padding });
    stream!.send('row', { n, padding }, { kind: `row ${n % 3}` });
    // gives the system's buffers time to fill
    if (n % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(response!.writableLength).toBeLessThan(64 * 1024);
  stream!.close();
  const events = (await textOf(answer)).split('\n\n').filter((event) => event.startsWith('event'));
  expect(events.length).toBeLessThan(50_000);
  const last = events.slice(-4).map((event) => JSON.parse(/data: (.*)/.exec(event)![1]!) as { n: number });
  expect(last.map(({ n }) => n).sort()).toEqual([49998, 49999, 50000, 50000]);
});

it('limits the number of open streams', async () => {
  const [first] = [await open(), await open()];
  const refused = await open();
  expect(refused.answer.statusCode).toBe(503);
  expect(await textOf(refused.answer)).toContain('Too many open event streams: the limit is 2');
  const ended = new Promise<void>((resolve) => {
    first.stream!.onClose(resolve);
  });
  first.answer.destroy();
  await ended;
  opened = [];
  expect((await open()).answer.statusCode).toBe(200);
});

it('ends all streams when the service stops, even those of clients that do not read', async () => {
  const [reads, stalled] = [await open(), await open()];
  while (!stalled.response!.writableNeedDrain) stalled.response!.write('x'.repeat(100_000));
  const gone = new Promise((resolve) => stalled.response!.once('close', resolve));
  streams.onModuleDestroy();
  await gone;
  await textOf(reads.answer);
  opened = [];
  expect((await open()).answer.statusCode).toBe(503);
});

it('leaves no timer running for a client that has already disconnected', () => {
  const left = Object.assign(new EventEmitter(), {
    ...{ closed: true, destroyed: true, req: { method: 'GET' } },
    ...{ status: () => left, set: () => left },
  });
  jest.useFakeTimers();
  try {
    new EventStream(left as unknown as Response);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

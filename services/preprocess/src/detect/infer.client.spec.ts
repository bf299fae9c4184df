import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { ErrorFilter, leaveImageBodies } from '#platform';
import { DetectController } from './detect.controller';
import { InferClient } from './infer.client';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const FORM = { 'Content-Type': 'multipart/form-data; boundary=x' };

let infer: Server;
let answer: Answer;
let app: NestExpressApplication;
let url: string;

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function forwardTo(baseUrl: string, serviceToken?: string): Promise<void> {
  const module = await Test.createTestingModule({
    controllers: [DetectController],
    providers: [{ provide: InferClient, useValue: new InferClient(baseUrl, serviceToken) }],
  }).compile();
  app = module.createNestApplication<NestExpressApplication>({ logger: false });
  leaveImageBodies(app);
  app.useGlobalFilters(new ErrorFilter({ tooLarge: '' }));
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${portOf(app.getHttpServer())}/api/detect`;
}

beforeEach(async () => {
  Logger.overrideLogger(false);
  infer = createServer((incoming, response) => {
    answer(incoming, response);
  }).listen(0, '127.0.0.1');
  await once(infer, 'listening');
  await forwardTo(`http://127.0.0.1:${portOf(infer)}`);
});
afterEach(async () => {
  await app.close();
  infer.closeAllConnections();
  infer.close();
});

it('forwards method, URL, headers and body, and returns status, headers and body', async () => {
  let seen: IncomingMessage | undefined;
  let body = '';
  answer = (incoming, response) => {
    seen = incoming;
    void text(incoming).then((received) => {
      body = received;
      response.writeHead(422, { 'Retry-After': '7', 'X-Detections': '3' }).end('not an image');
    });
  };
  const sent = { method: 'POST', body: '--x--', headers: { ...FORM, 'X-Request-Id': '42' } };
  const got = await fetch(`${url}?annotate=1`, sent);
  expect({ method: seen?.method, url: seen?.url, id: seen?.headers['x-request-id'], body }).toEqual({
    method: 'POST',
    url: '/api/detect?annotate=1',
    id: '42',
    body: '--x--',
  });
  expect([got.status, got.headers.get('retry-after'), got.headers.get('x-detections')]).toEqual([
    422,
    '7',
    '3',
  ]);
  expect(await got.text()).toBe('not an image');
});

it('forwards JSON larger than other bodies may be, without parsing it', async () => {
  let length = 0;
  answer = (incoming, response) => {
    void text(incoming).then((body) => {
      length = body.length;
      response.end('{}');
    });
  };
  const headers = { 'Content-Type': 'application/json' };
  const got = await fetch(url, { method: 'POST', body: '{'.repeat(300_000), headers });
  expect([got.status, length]).toEqual([200, 300_000]);
});

it('sends infer the service token and no credentials of the client', async () => {
  let seen: IncomingMessage['headers'] = {};
  answer = (incoming, response) => {
    seen = incoming.headers;
    incoming.resume().once('end', () => response.end('{}'));
  };
  await app.close();
  await forwardTo(`http://127.0.0.1:${portOf(infer)}`, 'of the services');
  const theirs = { Authorization: 'Bearer theirs', 'X-API-Key': 'theirs', Cookie: 'boxreel_session=theirs' };
  const origin = {
    Origin: 'http://127.0.0.1',
    Referer: 'http://127.0.0.1/api',
    'Sec-Fetch-Site': 'same-origin',
  };
  await fetch(url, { method: 'POST', body: '--x--', headers: { ...FORM, ...theirs, ...origin } });
  expect(seen.authorization).toBe('Bearer of the services');
  expect(JSON.stringify(seen)).not.toMatch(/theirs|origin|referer|sec-fetch-site/);
});

it.each([401, 429])('returns 503 when infer rejects the service token with %i', async (status) => {
  answer = (incoming, response) => {
    incoming.resume();
    response.writeHead(status).end();
  };
  expect((await fetch(url, { method: 'POST', body: '--x--', headers: FORM })).status).toBe(503);
});

it('streams: infer reads the first part before the client sends the last', async () => {
  let firstPart!: (part: string) => void;
  const first = new Promise<string>((resolve) => (firstPart = resolve));
  answer = (incoming, response) => {
    incoming.once('data', (part: Buffer) => {
      firstPart(part.toString());
    });
    incoming.once('end', () => response.end('done'));
  };
  const sent = request(url, { method: 'POST', headers: FORM });
  sent.write('the first part');
  expect(await first).toBe('the first part');
  sent.end('the last');
  const [got] = (await once(sent, 'response')) as [IncomingMessage];
  expect(await text(got)).toBe('done');
});

it('aborts the request to infer when the client disconnects', async () => {
  const arrived = new Promise<IncomingMessage>((resolve) => (answer = resolve));
  const sent = request(url, { method: 'POST', headers: FORM });
  sent.on('error', () => undefined);
  sent.end('--x--');
  const incoming = await arrived;
  sent.destroy();
  if (!incoming.socket.destroyed) await once(incoming.socket, 'close');
});

it('returns 503 when infer is unreachable', async () => {
  await app.close();
  await forwardTo('http://127.0.0.1:1');
  const got = await fetch(url, { method: 'POST', body: 'x'.repeat(1_000_000), headers: FORM });
  expect([got.status, got.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await got.json()).toEqual({
    error: {
      code: 'SERVICE_UNAVAILABLE',
      message: expect.stringMatching(/^The detection service is unavailable/) as string,
    },
  });
});

it('returns 503 when infer dies before it responds', async () => {
  answer = (incoming) => incoming.socket.destroy();
  expect((await fetch(url, { method: 'POST', body: '--x--', headers: FORM })).status).toBe(503);
});

it('closes the connection when infer dies during its response', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('half', () => response.destroy());
  };
  const reading = fetch(url, { method: 'POST', body: '--x--', headers: FORM }).then((got) => got.text());
  await expect(reading).rejects.toThrow();
});

it.each([{}, { 'Content-Type': 'application/x-www-form-urlencoded' }])(
  'rejects a body that is neither a form nor JSON: %j',
  async (headers) => {
    const got = await fetch(url, { method: 'POST', body: '{}', headers });
    expect(got.status).toBe(400);
    expect(await got.text()).toMatch(/No image received/);
  },
);

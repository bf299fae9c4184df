import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import express from 'express';
import { limitConnections, maxConnections, serializeRequests } from '../src/http/connections';

/** More than the kernel buffers for a client that does not read. */
const LARGE = 32 * 1024 * 1024;

let folder: string;
let server: Server;
let handled: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connections-'));
  await writeFile(join(folder, 'large'), Buffer.alloc(LARGE));
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  handled = [];
  const app = express();
  app.use(serializeRequests());
  app.get('/large', (request, response) => {
    handled.push(request.url);
    response.sendFile('large', { root: folder });
  });
  app.get('/number/:n', ({ params: { n } }, response) => {
    handled.push(n);
    setTimeout(() => response.send(`<${n}>`), Number(n) % 2); // some later requests are ready first
  });
  server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const port = () => (server.address() as AddressInfo).port;
const ask = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: test\r\n${more}\r\n`;
const descriptors = async () => (await readdir('/proc/self/fd')).length;

async function open(): Promise<Socket> {
  const socket = connect(port(), '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Polls a condition: the kernel does not report changes of descriptors. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await delay(10);
}

it('responds to pipelined requests in order', async () => {
  const socket = await open();
  const numbers = Array.from({ length: 30 }, (_, n) => n);
  const last = ask('/number/30', 'Connection: close\r\n');
  socket.write(numbers.map((n) => ask(`/number/${n}`)).join('') + last);
  const answers = (await text(socket)).match(/(?<=<)\d+(?=>)/g);
  expect(answers).toEqual([...numbers, 30].map(String));
  expect(handled).toEqual(answers);
});

it('responds to sequential requests on a keep-alive connection', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let n = 0; n < 50; n++) {
    const request = get({ port: port(), path: `/number/${n}`, agent });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    expect(await text(answer)).toBe(`<${n}>`);
    expect(request.reusedSocket).toBe(n > 0);
  }
  agent.destroy();
});

it('opens only the file of the first request, and closes it with the connection', async () => {
  const before = await descriptors();
  const socket = await open();
  socket.write(ask('/large').repeat(20));
  await until(() => handled.length > 0);
  await until(async () => (await descriptors()) === before + 3); // both ends and the file
  socket.destroy();
  await until(async () => (await descriptors()) === before);
  expect(handled).toEqual(['/large']);
});

it('closes a connection with 200 waiting requests', async () => {
  const before = await descriptors();
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const socket = await open();
  const [connection] = await accepted;
  socket.pause();
  socket.write(ask('/large').repeat(200));
  await until(() => connection.destroyed);
  await until(async () => (await descriptors()) <= before + 1); // the client's end, unless the reset closed it
  socket.destroy();
  expect(handled.length).toBeLessThanOrEqual(1);
});

it('limits open connections, and accepts new ones when some have closed', async () => {
  limitConnections(server, 160);
  const max = maxConnections(160);
  expect(max).toBe(16);
  const idle = await Promise.all(Array.from({ length: max }, open));
  const refused = (await open()).resume();
  await once(refused, 'close');
  idle[0]!.destroy();
  const connections = promisify(server.getConnections.bind(server));
  await until(async () => (await connections()) < max);
  expect((await fetch(`http://127.0.0.1:${port()}/number/1`)).status).toBe(200);
});

it.each([
  [64, 16],
  [1024, 448],
  [1_048_576, 524_224],
])('with %i descriptors allows %i connections', (limit, expected) => {
  expect(maxConnections(limit)).toBe(expected);
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { follow } from './follow';
import { Server } from './server';

const waiting = { id: '64b000000000000000000001', status: 'ENQUEUE' };
const complete = { ...waiting, status: 'POSTPROCESSING_COMPLETE' };

let clock: jest.SpyInstance<number, []>;
beforeEach(() => (clock = jest.spyOn(performance, 'now').mockReturnValue(0)));
afterEach(() => {
  clock.mockRestore();
});

/** Follows a job on a server that interrupts the events after an hour and then responds with `answer`. */
async function followed(answer: (n: number, response: ServerResponse) => void) {
  let asked = 0;
  let disconnect = (): unknown => undefined;
  const http = createServer((request: IncomingMessage, response) => {
    if (asked > 0 || !request.url?.endsWith('/events')) {
      answer(++asked, response);
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(`event: job\ndata: ${JSON.stringify(waiting)}\n\n`);
    disconnect = () => response.destroy();
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server = Server.at(
    `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    new AbortController().signal,
  );
  const statuses: string[] = [];
  const away: string[] = [];
  try {
    for await (const { status } of follow(server, waiting.id, ({ message }) => away.push(message))) {
      if (statuses.push(status) > 1) continue;
      clock.mockReturnValue(3_600_000);
      disconnect();
    }
  } finally {
    http.close();
  }
  return { statuses, away };
}

it('waits for a server that is briefly unavailable after an hour without events', async () => {
  const { statuses, away } = await followed((n, response) => {
    if (n < 3) response.writeHead(503).end('{"error":{"message":"Not yet."}}');
    else response.end(JSON.stringify(complete));
  });
  expect(away).toEqual(['Not yet.']);
  expect(statuses).toEqual(['ENQUEUE', 'POSTPROCESSING_COMPLETE']);
});

it('gives up when the server stays unavailable for a minute', async () => {
  const following = followed((n, response) => {
    clock.mockReturnValue(3_600_000 + n * 20_000);
    response.writeHead(503).end('{"error":{"message":"Not yet."}}');
  });
  await expect(following).rejects.toThrow('Not yet.');
});

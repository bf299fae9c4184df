import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { AddressGuard } from '../src/address-guard';
import { UrlDownloadError, DownloadTooLargeError, download } from '../src/download';
import type { Lookup } from '../src/lookup';

let server: Server;
let url: string;
let answer: (response: ServerResponse) => void;
let requests: number;

beforeEach(async () => {
  requests = 0;
  server = createServer((_, response) => {
    requests += 1;
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/image.jpg`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const fetchIt = (
  more: { guard?: AddressGuard; lookup?: Lookup; timeLimitMs?: number; address?: string } = {},
) => {
  const { guard = new AddressGuard('all'), address = url, ...options } = more;
  return download(address, { guard, maxBytes: 100, signal: new AbortController().signal, ...options });
};

it('returns the bytes', async () => {
  answer = (response) => response.end('some bytes');
  expect((await fetchIt()).toString()).toBe('some bytes');
});

it('refuses a file over the limit, announced or not', async () => {
  answer = (response) => response.writeHead(200, { 'Content-Length': '101' }).write('x');
  await expect(fetchIt()).rejects.toThrow(DownloadTooLargeError);
  answer = (response) => {
    response.write('x'.repeat(60));
    response.end('x'.repeat(60));
  };
  await expect(fetchIt()).rejects.toThrow(DownloadTooLargeError);
});

it('follows no redirects', async () => {
  answer = (response) => response.writeHead(302, { Location: '/other' }).end();
  await expect(fetchIt()).rejects.toThrow('its server redirects (302)');
  expect(requests).toBe(1);
});

it.each([204, 404, 500])('refuses the status %i', async (status) => {
  answer = (response) => response.writeHead(status).end();
  await expect(fetchIt()).rejects.toThrow(UrlDownloadError);
});

it('gives up after the time limit, even if bytes keep arriving', async () => {
  answer = (response) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.once('close', () => {
      clearInterval(timer);
    });
  };
  await expect(fetchIt({ timeLimitMs: 200 })).rejects.toThrow();
});

it('connects to no private address, given as such or by name', async () => {
  const guard = new AddressGuard([], 'DETECT_URLS_ALLOW_PRIVATE');
  await expect(fetchIt({ guard })).rejects.toThrow(/not a public address \(DETECT_URLS_ALLOW_PRIVATE/);
  const lookup: Lookup = (_, __, done) => {
    done(null, [{ address: '127.0.0.1', family: 4 }]);
  };
  const address = url.replace('127.0.0.1', 'images.example.com');
  await expect(fetchIt({ guard, lookup, address })).rejects.toThrow('images.example.com is not a public');
  expect(requests).toBe(0);
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAX_IMAGE_BYTES } from '#platform';
import { ImageUrls } from './image-urls';

let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    if (url === '/photo.jpg') response.end('the bytes');
    else if (url === '/large') response.writeHead(200, { 'Content-Length': MAX_IMAGE_BYTES + 1 }).end();
    else if (url === '/moved') response.writeHead(301, { Location: '/photo.jpg' }).end();
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const fetchImage = (url: unknown, allowed: 'all' | string[] = 'all', on = true) =>
  new ImageUrls({ DETECT_URLS: on, DETECT_URLS_ALLOW_PRIVATE: allowed }).fetch(
    url,
    new AbortController().signal,
  );

it('downloads an image and names it after its path', async () => {
  expect(await fetchImage(`${origin}/photo.jpg`)).toEqual({
    name: 'photo.jpg',
    bytes: Buffer.from('the bytes'),
  });
});

it('downloads nothing unless the server allows it', async () => {
  await expect(fetchImage(`${origin}/photo.jpg`, 'all', false)).rejects.toMatchObject({
    status: 403,
    message: expect.stringMatching(/DETECT_URLS=1/) as string,
  });
});

it.each([
  ['/large', 413, /./],
  ['/moved', 422, /redirects \(301\); send the final address/],
  ['/missing', 422, /^url: the image cannot be downloaded: its server returned 404\.$/],
])('refuses %s', async (path, status, message) => {
  await expect(fetchImage(origin + path)).rejects.toMatchObject({
    status,
    message: expect.stringMatching(message) as string,
  });
});

it.each([
  [7, /^url: expected an http or https URL/],
  ['file:///etc/passwd', /^url: expected an http or https URL/],
  ['http://user:secret@example.com/', /without user name/],
  ['http://localhost/', /not a public address \(DETECT_URLS_ALLOW_PRIVATE allows exceptions\)/],
  ['http://169.254.169.254/latest', /not a public address/],
  ['http://[::1]/', /not a public address/],
])('rejects %j', async (url, message) => {
  await expect(fetchImage(url, [])).rejects.toMatchObject({
    status: 400,
    message: expect.stringMatching(message) as string,
  });
});

import { openAsBlob } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OneImageResource, SeveralImagesResource } from '#contract';
import { Cluster } from '../support/cluster';
import { Receiver } from '../support/receiver';
import { CMYK, WEBP } from '../support/tiny-images';
import { ffmpeg, source, temporaryFolder } from '../support/video';

let cluster: Cluster;
let folder: string;
let jpeg: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  jpeg = await ffmpeg(join(folder, 'image.jpg'), ...source('testsrc2=s=320x240'), '-frames:v', '1');
  cluster = await Cluster.start({
    env: { DETECT_URLS: '1', DETECT_URLS_ALLOW_PRIVATE: '127.0.0.0/8' },
  });
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

async function sendForm(images: readonly string[], fields: Record<string, string> = {}) {
  const form = new FormData();
  for (const image of images) form.append('image', await openAsBlob(image), basename(image));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return fetch(`${cluster.url}/api/detect`, { method: 'POST', body: form });
}

async function refusal(answer: Response) {
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  return { status: answer.status, ...error };
}

it('accepts a WebP, and a JPEG in CMYK', async () => {
  const [webp, cmyk] = [join(folder, 'tiny.webp'), join(folder, 'cmyk.jpg')];
  await writeFile(webp, WEBP.lossy);
  await writeFile(cmyk, CMYK);
  const { results } = (await (await sendForm([webp, cmyk])).json()) as SeveralImagesResource;
  expect(results.map(({ image }) => image)).toEqual([
    { name: 'tiny.webp', width: 16, height: 8 },
    { name: 'cmyk.jpg', width: 16, height: 8 },
  ]);
});

describe('images in JSON', () => {
  const send = (body: unknown, query = '') =>
    fetch(`${cluster.url}/api/detect${query}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('get the same detections as in a form', async () => {
    const options = { score: 0.1, max: 3 };
    const image = (await readFile(jpeg)).toString('base64');
    const inJson = (await (await send({ image, ...options })).json()) as OneImageResource;
    const inForm = (await (await sendForm([jpeg], { score: '0.1', max: '3' })).json()) as OneImageResource;
    expect(inJson.detections).toEqual(inForm.detections);
    expect(inJson.image).toEqual({ name: 'image', width: 320, height: 240 });
    for (const { colour } of inJson.detections) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
  });

  it('may be several, or one to annotate', async () => {
    const image = (await readFile(jpeg)).toString('base64');
    const several = (await (await send({ images: [image, image] })).json()) as SeveralImagesResource;
    expect(several.results.map((result) => result.image.name)).toEqual(['images[0]', 'images[1]']);
    const drawn = await send({ image, max: 2, score: 0 }, '?annotate=1');
    expect([drawn.headers.get('content-type'), drawn.headers.get('x-detections')]).toEqual([
      'image/jpeg',
      '2',
    ]);
  });

  it('may be at an address instead', async () => {
    const url = `${cluster.url}/static/sample.jpg`;
    const found = (await (await send({ url, classes: ['cup'] })).json()) as OneImageResource;
    expect(found.image).toEqual({ name: 'sample.jpg', width: 600, height: 400 });
    expect(found.detections[0]?.label).toBe('cup');
    expect(await refusal(await send({ url, image: 'AAAA' }))).toMatchObject({ status: 400 });
    expect(await refusal(await send({ url: 'http://10.0.0.1/' }))).toMatchObject({ status: 400 });
  });

  it('asks no other server for the image unless the rest of the request is valid', async () => {
    const server = await Receiver.start();
    const { url } = server;
    const refused = [
      send({ url, score: 2 }),
      send({ url, model: 'x' }),
      send({ url, classes: ['unicorn'] }),
      send({ url, treshold: 1 }),
      send({ url, image: 'AAAA' }),
      send({ url }, '?annotate=2'),
    ];
    expect((await Promise.all(refused)).map(({ status }) => status)).toEqual(refused.map(() => 400));
    expect(server.requests).toHaveLength(0);
    expect((await send({ url, score: 0.2 })).status).toBe(422); // an empty response
    expect(server.requests).toHaveLength(1);
    await server.stop();
  });

  it.each([
    [{}, 400, /No image received/],
    [{ image: '?' }, 400, /^image: expected an image in base64/],
    [{ image: 'AAAA' }, 422, /not a JPEG, PNG or WebP image/],
    [{ image: 'AAAA', score: 2 }, 400, /^score: "2" is not a number from 0 to 1/],
    [{ image: 'AAAA', treshold: 1 }, 400, /Unknown field "treshold"/],
    [{ image: Buffer.alloc(25 * 1024 ** 2 + 1).toString('base64') }, 413, /25 MB/],
  ])('is refused: %#', async (body, status, sentence) => {
    expect(await refusal(await send(body))).toMatchObject({
      status,
      message: expect.stringMatching(sentence) as string,
    });
  });
});

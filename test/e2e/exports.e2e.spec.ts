import { execFile } from 'node:child_process';
import { readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { WebVTTParser } from 'webvtt-parser';
import { encodeFrame } from '#annotation';
import type { DetectionsResource, TracksResource } from '#contract';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

const NAME = '거리 "east" 100%.mp4';
const ENCODED = encodeURIComponent('거리 "east" 100%');

let cluster: Cluster;
let folder: string;
let id: string;
let json: DetectionsResource;

const at = (path: string) => `${cluster.url}/api/jobs/${id}/${path}`;

/** A complete job with a low threshold, because the detector recognizes nothing in the clip at the default one. */
beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start();
  const clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=320x240:r=10:d=1'), ...H264);
  id = await cluster.submit(clip, NAME, { score: '0.1' });
  expect((await cluster.finished(id)).status).toBe('POSTPROCESSING_COMPLETE');
  json = (await (await fetch(at('detections'))).json()) as DetectionsResource;
  expect(json.frames.flatMap(({ boxes }) => boxes).length).toBeGreaterThan(5);
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const boxes = () => json.frames.flatMap((frame) => frame.boxes);

it.each<[format: string, type: string, extension: string, count: (text: string) => number]>([
  ['ndjson', 'application/x-ndjson; charset=utf-8', 'ndjson', (text) =>
    text.trim().split('\n').flatMap((line) => (JSON.parse(line) as { boxes: object[] }).boxes).length],
  ['csv', 'text/csv; charset=utf-8; header=present', 'csv', (text) => text.trim().split('\n').length - 1],
  ['coco', 'application/json; charset=utf-8', 'coco.json', (text) =>
    (JSON.parse(text) as { annotations: object[] }).annotations.length],
  ['cvat', 'application/xml; charset=utf-8', 'cvat.xml', (text) => text.match(/<box .*outside="0"/g)?.length ?? 0],
])('%s has every detection, and is named after the upload', async (format, type, extension, count) => {
  const answer = await fetch(at(`detections?format=${format}`));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
  expect(answer.headers.get('content-disposition')).toBe(
    `attachment; filename="?? \\"east\\" 100%.${extension}"; filename*=UTF-8''${ENCODED}.${extension}`,
  );
  expect(count(await answer.text())).toBe(boxes().length);
}); // prettier-ignore

it('mot has every box of a track', async () => {
  const answer = await fetch(at('detections?format=mot'));
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  const rows = (await answer.text()).split('\n').slice(0, -1);
  const tracked = boxes().filter(({ track }) => track !== null);
  expect(rows.map((row) => Number(row.split(',')[1]))).toEqual(tracked.map(({ track }) => track));
});

it('tracks has the tracks of the boxes', async () => {
  const answer = await fetch(at('tracks'));
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
  const { tracks } = (await answer.json()) as TracksResource;
  const ids = new Set(boxes().flatMap(({ track }) => track ?? []));
  expect(tracks.map(({ id }) => id)).toEqual([...ids].sort((a, b) => a - b));
  for (const { id, boxes: count, colour } of tracks) {
    expect(colour).toMatch(/^#[0-9a-f]{6}$/);
    expect(boxes().filter(({ track }) => track === id)).toHaveLength(count);
  }
  const etag = answer.headers.get('etag')!;
  const again = await fetch(at('tracks'), {
    headers: { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' },
  });
  expect(again.status).toBe(304);
  const none = (await (await fetch(at('tracks?classes=unicorn'))).json()) as TracksResource;
  expect(none.tracks).toEqual([]);
});

it('vtt has captions that people can read', async () => {
  const answer = await fetch(at('detections?format=vtt'));
  expect(answer.headers.get('content-type')).toBe('text/vtt; charset=utf-8');
  const { errors, cues } = new WebVTTParser().parse(await answer.text(), 'captions');
  expect(errors).toEqual([]);
  expect(cues.length).toBeGreaterThan(0);
  for (const { startTime, endTime, text } of cues) {
    expect(endTime - startTime).toBeGreaterThan(0.499);
    expect(text).toMatch(/^\d+ \S/);
  }
});

it('json is displayed on request, and is the default', async () => {
  const answer = await fetch(at('detections?format=json'));
  expect(answer.headers.get('content-disposition')).toBeNull();
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await answer.json()).toEqual(json);
});

it('txts.zip has the files of the volume', async () => {
  const answer = await fetch(at('txts.zip'));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
  expect(answer.headers.get('content-disposition')).toContain(`filename*=UTF-8''${ENCODED}.txts.zip`);
  const zip = join(folder, 'txts.zip');
  await writeFile(zip, Buffer.from(await answer.arrayBuffer()));
  const script =
    'import json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))';
  const { stdout } = await promisify(execFile)('python3', ['-c', script, zip]);
  const names = json.frames.map(({ n }) => `infer${n}.txt`);
  const texts = await Promise.all(
    names.map((name) => readFile(cluster.workspace.path(id, 'txts', name), 'utf8')),
  );
  expect(JSON.parse(stdout)).toEqual(Object.fromEntries(names.map((name, index) => [name, texts[index]])));
});

it.each(['detections', 'detections?format=csv', 'txts.zip'])('%s has an ETag, and HEAD', async (path) => {
  const answer = await fetch(at(path));
  await answer.arrayBuffer();
  const etag = answer.headers.get('etag')!;
  expect(etag).toMatch(/^W\/"[\w-]+"$/);
  const unless = { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' }; // fetch would send no-cache
  const again = await fetch(at(path), { headers: unless });
  expect([again.status, await again.text()]).toEqual([304, '']);
  const other = await fetch(at('detections?format=vtt'), { headers: unless });
  expect(other.status).toBe(200);
  await other.text();
  const head = await fetch(at(path), { method: 'HEAD' });
  expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
  for (const name of ['content-type', 'content-disposition'])
    expect(head.headers.get(name)).toBe(answer.headers.get(name));
});

it.each([
  ['detections.json', 'json'],
  ['detections.ndjson', 'ndjson'],
  ['detections.csv', 'csv'],
  ['detections.coco.json', 'coco'],
  ['detections.mot.txt', 'mot'],
  ['detections.cvat.xml', 'cvat'],
  ['detections.mot.zip', 'mot-gt'],
  ['detections.vtt', 'vtt'],
])('%s is the same as format=%s', async (path, format) => {
  const [own, query] = await Promise.all([fetch(at(path)), fetch(at(`detections?format=${format}`))]);
  expect(own.status).toBe(200);
  for (const name of ['content-type', 'content-disposition', 'etag'])
    expect(own.headers.get(name)).toBe(query.headers.get(name));
  expect(await own.text()).toBe(await query.text());
});

it.each(['detections', 'detections.csv', 'txts.zip'])('%s respects If-Match', async (path) => {
  const refused = await fetch(at(path), { headers: { 'If-Match': '"x", W/"y"' } });
  expect(refused.headers.get('content-disposition')).toBeNull();
  expect([refused.status, await refused.json()]).toEqual([
    412,
    { error: { code: 'PRECONDITION_FAILED', message: expect.stringContaining('If-Match') as string } },
  ]);
  const etag = (await fetch(at(path), { method: 'HEAD' })).headers.get('etag')!;
  for (const value of [etag, `"x", ${etag}`, '*']) {
    const answer = await fetch(at(path), { headers: { 'If-Match': value } });
    expect([answer.status, (await answer.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
  }
});

it('has a different ETag after the detections have changed', async () => {
  const etag = async () => (await fetch(at('detections'), { method: 'HEAD' })).headers.get('etag');
  const before = await etag();
  await utimes(cluster.workspace.path(id, 'detections.ndjson'), new Date(), new Date());
  expect(await etag()).not.toBe(before);
});

it.each([
  [
    'detections?format=xml',
    400,
    /format is \\"xml\\": expected one of json, ndjson, csv, coco, mot, mot-gt, cvat, vtt/,
  ],
  ['detections?format=', 400, /format is \\"\\"/],
  ['detections?format=toString', 400, /format is \\"toString\\"/],
  ['detections?format=csv&format=vtt', 400, /format is not a single value/],
  ['detections?format[a]=csv', 200, /"frames"/], // unknown parameter
])('%s returns %i', async (path, status, words) => {
  const answer = await fetch(at(path));
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringMatching(words)]);
});

it('returns 404 while there are no detections', async () => {
  const hidden = join(folder, 'hidden');
  for (const [path, artifact] of [
    ['detections?format=csv', 'detections.ndjson'],
    ['txts.zip', 'txts'],
  ] as const) {
    await rename(cluster.workspace.path(id, artifact), hidden);
    const answer = await fetch(at(path));
    await rename(hidden, cluster.workspace.path(id, artifact));
    expect([answer.status, await answer.text()]).toEqual([
      404,
      expect.stringMatching(/no detections \(status POSTPROCESSING_COMPLETE\)/),
    ]);
  }
});

describe('an export of a long video', () => {
  const LINES = 100_000;
  let file: string;

  beforeAll(async () => {
    file = cluster.workspace.path(id, 'detections.ndjson');
    const box = { label: 'person', classIndex: 0, score: 0.5, box: [0, 0, 0.5, 0.5] as const };
    const lines = Array.from({ length: LINES }, (_, n) => encodeFrame(n, n % 40 < 20 ? [box] : []));
    await writeFile(file, lines.join(''));
    await rm(cluster.workspace.path(id, 'tracks.json'));
  });

  it.each(['json', 'ndjson', 'csv', 'coco', 'mot', 'vtt'])(
    '%s closes the connection where the file ends early',
    async (format) => {
      const whole = await readFile(file);
      await truncate(file, whole.length - 20);
      const before = await cluster.output();
      const answer = await fetch(at(`detections?format=${format}`));
      expect(answer.status).toBe(200);
      await expect(answer.text()).rejects.toThrow('terminated');
      await writeFile(file, whole);
      const log = (await cluster.output()).slice(before.length);
      expect(log).toMatch(/GET \/api\/jobs\/\w+\/detections: .*Line 100000 of "detections.ndjson"/);
    },
  );

  it('returns 500 if the file is invalid from the start', async () => {
    const whole = await readFile(file);
    await writeFile(file, '{"n":0,');
    const answer = await fetch(at('detections?format=csv'));
    await writeFile(file, whole);
    expect(answer.status).toBe(500);
    expect(answer.headers.get('x-request-id')).not.toBeNull();
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('content-disposition')).toBeNull();
    expect(await answer.json()).toMatchObject({ error: { code: 'INTERNAL' } });
  });

  it('a disconnected client is not an error, and ends the work', async () => {
    const before = await cluster.output();
    const leaving = new AbortController();
    const answer = await fetch(at('detections?format=coco'), { signal: leaving.signal });
    const reader = answer.body!.getReader();
    await reader.read();
    leaving.abort();
    await reader.closed.catch(() => undefined);
    const pid = cluster.processes.preprocess[0]!.pid!;
    while ((await openFiles(pid)).some((name) => name.includes('detections.ndjson'))) await delay(20);
    expect((await cluster.output()).slice(before.length)).not.toMatch(/error/i);
    expect(cluster.ends).toEqual([]);
  });
});

async function openFiles(pid: number): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ls', ['-l', `/proc/${pid}/fd`]).catch(() => ({
    stdout: 'detections.ndjson',
  }));
  return stdout.split('\n');
}

it('OpenAPI lists the formats', async () => {
  const document = (await (await fetch(`${cluster.url}/api-json`)).json()) as {
    paths: Record<string, { get: { parameters: { name: string; schema: object }[]; responses: object } }>;
  };
  const { parameters, responses } = document.paths['/api/jobs/{id}/detections']!.get;
  expect(parameters.find(({ name }) => name === 'format')?.schema).toEqual({
    ...{ type: 'string', default: 'json' },
    enum: ['json', 'ndjson', 'csv', 'coco', 'mot', 'mot-gt', 'cvat', 'vtt'],
  });
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '304', '400', '404', '412', '503']));
  expect(Object.keys((responses as { 200: { content: object } })[200].content)).toEqual(
    expect.arrayContaining([
      'application/json',
      'application/x-ndjson',
      'text/csv',
      'text/plain',
      'text/vtt',
    ]),
  );
  expect(document.paths).toHaveProperty(['/api/jobs/{id}/txts.zip', 'get']);
});

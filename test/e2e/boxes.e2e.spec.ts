import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxesResource } from '#contract';
import { encodeFrame } from '#annotation';
import { Cluster } from '../support/cluster';
import { playerJob } from '../support/player-jobs';
import { Records } from '../support/records';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

// What a player needs: the source, the copy without boxes, and the boxes by time.

const person = { label: 'person', classIndex: 0, score: 0.9, box: [0.1, 0.2, 0.3, 0.4] } as const;
const car = { label: 'car', classIndex: 2, score: 0.2, box: [0.6, 0.2, 0.8, 0.4] } as const;
const RATE = { num: 25, den: 1 };

let cluster: Cluster;
let records: Records;
let folder: string;
let clip: string;
let id: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=64x48:r=25:d=2'), ...H264);
  cluster = await Cluster.start({ replicas: { preprocess: 1, infer: 0, postprocess: 0 } });
  records = await Records.open(cluster);
  const found = () => [person, car];
  id = await playerJob(cluster, records, {
    clip,
    frameRate: RATE,
    frames: 50,
    found,
    filename: 'straße "1".mov',
  });
});
afterAll(async () => {
  await records.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const at = (path: string, job = id) => `${cluster.url}/api/jobs/${job}/${path}`;

async function boxes(query: string): Promise<BoxesResource> {
  const response = await fetch(at(`boxes${query}`));
  expect(response.status).toBe(200);
  return (await response.json()) as BoxesResource;
}

describe('the source', () => {
  it('is sent as it is, in ranges, for a player', async () => {
    const expected = await readFile(clip);
    const whole = await fetch(at('source'));
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      ...{ 'content-type': 'video/mp4', 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff' },
      ...{ 'cache-control': 'private, no-cache', etag: expect.any(String) as string },
    });
    expect(whole.headers.get('content-disposition')).toBeNull();
    expect(Buffer.from(await whole.arrayBuffer()).equals(expected)).toBe(true);
    const part = await fetch(at('source'), { headers: { Range: 'bytes=4-7' } });
    expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
    const beyond = await fetch(at('source'), { headers: { Range: 'bytes=99999999-' } });
    expect([beyond.status, beyond.headers.get('content-type')]).toEqual([
      416,
      expect.stringContaining('application/json') as string,
    ]);
  });

  it('is not sent to a client that has it, or wants another version', async () => {
    const etag = (await fetch(at('source'), { method: 'HEAD' })).headers.get('etag')!;
    const again = { 'Cache-Control': 'max-age=0', 'If-None-Match': etag };
    expect((await fetch(at('source'), { headers: again })).status).toBe(304);
    const other = await fetch(at('source'), { headers: { 'If-Match': '"x"' } });
    expect([other.status, await other.json()]).toEqual([412, expect.anything()]);
  });

  it('can be saved under the name of the upload', async () => {
    const answer = await fetch(at('source?download'), { method: 'HEAD' });
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="straße \\"1\\".mov"');
    expect(answer.headers.get('content-type')).toBe('video/mp4');
  });

  it.each([
    ['matroska', 'video/x-matroska', ['-f', 'matroska', ...H264]],
    ['webm', 'video/webm', ['-f', 'webm', '-c:v', 'libvpx']],
    ['avi', 'video/x-msvideo', ['-f', 'avi', ...H264]],
    ['mpegts', 'video/mp2t', ['-f', 'mpegts', ...H264]],
    ['flv', 'video/x-flv', ['-f', 'flv', ...H264]],
  ])('has the media type of its container, whatever its name: %s', async (name, type, args) => {
    const file = await ffmpeg(join(folder, name), ...source('testsrc2=s=64x48:r=25:d=0.4'), ...args);
    const found = () => [];
    const job = await playerJob(cluster, records, {
      ...{ clip: file, frameRate: RATE, frames: 10, found, filename: 'page.html' },
    });
    const answer = await fetch(at('source', job), { method: 'HEAD' });
    expect(answer.headers.get('content-type')).toBe(type);
  });

  it('that is gone is reported', async () => {
    const job = await records.insert('POSTPROCESSING_COMPLETE', 'clip.mp4');
    const answer = await fetch(at('source', job));
    expect([answer.status, await answer.text()]).toEqual([
      404,
      expect.stringContaining(`The source of job ${job} is not on the volume.`) as string,
    ]);
  });
});

it('the copy without boxes is sent if there is one', async () => {
  const missing = await fetch(at('clean.mp4'));
  expect([missing.status, await missing.text()]).toEqual([
    404,
    expect.stringContaining('made only for videos that browsers cannot play') as string,
  ]);
  await writeFile(cluster.workspace.path(id, 'preview', 'clean.mp4'), await readFile(clip));
  const answer = await fetch(at('clean.mp4'), { headers: { Range: 'bytes=4-7' } });
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    ...[206, 'video/mp4', 'ftyp'],
  ]);
});

describe('the boxes', () => {
  it('come by time, in pages, with weak ones', async () => {
    const first = await boxes('?from=0.4&to=1.2&limit=12');
    expect(first).toMatchObject({ frameRate: 25, total: 50, first: 10, end: 22, nextCursor: '22' });
    expect(first.frames.map(({ n }) => n)).toEqual(Array.from({ length: 12 }, (_, n) => n + 10));
    expect(first.frames[0]!.boxes).toEqual([
      [0, 0.9, 0.1, 0.2, 0.3, 0.4, null],
      [2, 0.2, 0.6, 0.2, 0.8, 0.4, null],
    ]);
    expect(first.classes.map(({ label }) => label)).toEqual(['person', 'car']);
    const rest = await boxes(`?from=0.4&to=1.2&limit=12&cursor=${first.nextCursor}`);
    expect(rest).toMatchObject({ first: 22, end: 30, nextCursor: null });
    const strong = await boxes('?minScore=0.5&classes=car');
    expect([strong.frames, strong.end]).toEqual([[], 50]);
  });

  it('are revalidated, and change with the detections', async () => {
    const answer = await fetch(at('boxes?from=1'));
    const etag = answer.headers.get('etag')!;
    const again = (path: string) =>
      fetch(at(path), { headers: { 'Cache-Control': 'max-age=0', 'If-None-Match': etag } });
    expect((await again('boxes?from=1')).status).toBe(304);
    expect((await again('boxes?from=1.5')).status).toBe(200);
    const other = await fetch(at('boxes'), { headers: { 'If-Match': '"x"' } });
    expect(other.status).toBe(412);
    await writeFile(cluster.workspace.path(id, 'detections.ndjson'), encodeFrame(0, [person]));
    const changed = await again('boxes?from=0');
    expect([changed.status, ((await changed.json()) as BoxesResource).total]).toEqual([200, 1]);
  });

  it.each([
    ['?from=-1', 'Invalid from "-1": expected seconds from 0 to 100000.'],
    ['?from=2&to=1', 'to is 1: expected at least 2, the value of from.'],
    ['?minScore=2', 'Invalid minScore "2": expected a number from 0 to 1.'],
    ['?limit=1001', 'Invalid limit "1001": expected a whole number from 1 to 1000.'],
    ['?cursor=x', 'Invalid cursor "x": expected the nextCursor of a page.'],
    ['?score=1', 'Unknown parameter "score": expected from, to, minScore, classes, cursor, limit.'],
    ['?to=1&to=2', 'to: expected a single value.'],
  ])('are refused with the reason: %s', async (query, message) => {
    const answer = await fetch(at(`boxes${query}`));
    expect([answer.status, await answer.json()]).toEqual([400, { error: { code: 'BAD_REQUEST', message } }]);
  });

  it('of a job without detections are missing', async () => {
    const job = await records.insert('INFERENCING', 'clip.mp4');
    const answer = await fetch(at('boxes', job));
    expect([answer.status, await answer.text()]).toEqual([
      404,
      expect.stringContaining('has no detections yet') as string,
    ]);
  });
});

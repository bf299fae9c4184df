import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { classColour, cssColour } from '#annotation';
import { MongoClient, ObjectId } from 'mongodb';
import type { DetectionsResource, SummaryResource } from '#contract';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, jpegPixels, openJpeg, source, streams, temporaryFolder } from '../support/video';

let cluster: Cluster;
let folder: string;
let id: string;
const file = (name: string) => join(folder, name);
const at = (path: string, job = id) => `${cluster.url}/api/jobs/${job}/${path}`;

/** A low threshold, because the detector recognizes nothing in the clips at the default one. */
const GUESSES = { score: '0.05' };

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({ env: { PREVIEW: 'eager' } });
  const inputs = [...source('testsrc2=s=322x240:r=12:d=3'), ...source('sine=d=3')];
  id = await complete(await ffmpeg(file('clip.mp4'), ...inputs, ...H264, '-c:a', 'aac'));
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

async function complete(clip: string, fields: Record<string, string> = GUESSES): Promise<string> {
  const job = await cluster.submit(clip, undefined, fields);
  expect((await cluster.finished(job)).status).toBe('POSTPROCESSING_COMPLETE');
  return job;
}

async function summaryOf(job: string): Promise<SummaryResource> {
  return (await (await fetch(at('summary', job))).json()) as SummaryResource;
}

/** Requests like a browser with a cached copy. By default fetch would forbid cached responses. */
const askAgain = (path: string, headers: Record<string, string>) =>
  fetch(at(path), { headers: { 'Cache-Control': 'max-age=0', ...headers } });

const sizeOf = async (image: string) => {
  const { width, height } = await openJpeg(image);
  return `${width}x${height}`;
};

/** Changes the record directly. */
async function edit(change: object): Promise<void> {
  const client = await MongoClient.connect(cluster.databaseUri);
  const records = client.db(cluster.databaseName).collection('hs_requests');
  await records.updateOne({ _id: new ObjectId(id) }, { $set: change });
  await client.close();
}

describe('preview.mp4', () => {
  it('has the frames, the rate, the length and the sound of the video', async () => {
    const [videoTrack, sound] = await streams(cluster.workspace.path(id, 'preview', 'video.mp4'));
    expect(videoTrack).toMatchObject({
      ...{ codec_name: 'h264', pix_fmt: 'yuv420p', width: 322, height: 240 },
      ...{ nb_frames: '36', r_frame_rate: '12/1', duration: '3.000000' },
    });
    expect(sound).toMatchObject({ codec_name: 'aac' });
    expect(Math.abs(Number(sound?.duration) - 3)).toBeLessThan(0.1);
  });

  it('is a download of the page', async () => {
    const page = await (await fetch(`${cluster.url}/jobs/${id}`)).text();
    expect(page).toContain(`<a href="/api/jobs/${id}/preview.mp4" download="${id}.mp4">MP4</a>`);
  });

  it('can be played, whole and in ranges', async () => {
    const expected = await readFile(cluster.workspace.path(id, 'preview', 'video.mp4'));
    const whole = await fetch(at('preview.mp4'));
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      ...{ 'content-type': 'video/mp4', 'content-length': `${expected.length}`, 'accept-ranges': 'bytes' },
      ...{ 'cache-control': 'private, no-cache', etag: expect.any(String) as string },
    });
    expect(whole.headers.get('content-disposition')).toBeNull();
    expect(Date.parse(whole.headers.get('last-modified')!)).toBeLessThanOrEqual(Date.now());
    expect(Buffer.from(await whole.arrayBuffer()).equals(expected)).toBe(true);

    const part = await fetch(at('preview.mp4'), { headers: { Range: 'bytes=4-7' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      ...[206, `bytes 4-7/${expected.length}`, 'ftyp'],
    ]);
    const beyond = await fetch(at('preview.mp4'), { headers: { Range: 'bytes=999999999-' } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${expected.length}`]);
    expect(beyond.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await beyond.json()).toMatchObject({
      error: {
        code: 'RANGE_NOT_SATISFIABLE',
        message: expect.stringContaining('no such byte range') as string,
      },
    });
  });

  it('is not sent again to a client that has it, nor for a HEAD', async () => {
    const head = await fetch(at('preview.mp4'), { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const etag = head.headers.get('etag')!;
    const lastModified = head.headers.get('last-modified')!;
    expect((await askAgain('preview.mp4', { 'If-None-Match': etag })).status).toBe(304);
    expect((await askAgain('preview.mp4', { 'If-Modified-Since': lastModified })).status).toBe(304);
    const other = await askAgain('preview.mp4', { 'If-None-Match': '"other"' });
    expect([other.status, (await other.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
    // resuming a download of a different file starts over
    const changed = await fetch(at('preview.mp4'), {
      headers: { Range: 'bytes=0-3', 'If-Range': '"other"' },
    });
    expect(changed.status).toBe(200);
    await changed.arrayBuffer();
  });
});

const YEAR_2000 = 'Sat, 01 Jan 2000 00:00:00 GMT';

describe.each(['video', 'preview.mp4', 'thumbnail.jpg', 'peaks/0.jpg', 'frames/0.jpg'])('%s', (path) => {
  it.each([
    ['If-Match', '"x"'],
    ['If-Unmodified-Since', YEAR_2000],
  ])('of another version than %s asks for is not sent', async (name, value) => {
    const answer = await fetch(at(path), { headers: { [name]: value } });
    expect(answer.status).toBe(412);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toEqual({
      error: {
        code: 'PRECONDITION_FAILED',
        message: expect.stringMatching(/is not the version that If-Match or .* asks for/) as string,
      },
    });
  });

  it('of the version that If-Match asks for is sent', async () => {
    const etag = (await fetch(at(path), { method: 'HEAD' })).headers.get('etag')!;
    const answer = await fetch(at(path), { headers: { 'If-Match': etag } });
    expect([answer.status, (await answer.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
  });
});

describe('the summary', () => {
  it('agrees with the detections', async () => {
    const { frames } = (await (await fetch(at('detections'))).json()) as DetectionsResource;
    const summary = await summaryOf(id);
    const labels = frames.map(({ boxes }) => boxes.map(({ label }) => label));
    expect(labels.flat().length).toBeGreaterThan(0);
    expect(summary).toMatchObject({ frames: 36, frameRate: 12, total: labels.flat().length });
    for (const { label, count, frames } of summary.classes) {
      const counts = labels.map((of) => of.filter((one) => one === label).length);
      expect(summary.bins.counts[label]).toEqual(counts);
      expect([count, frames]).toEqual([
        counts.reduce((sum, one) => sum + one),
        counts.filter((one) => one > 0).length,
      ]);
    }
    for (const { frame, time, count } of summary.peaks) {
      expect(count).toBe(labels[frame]!.length);
      expect(time).toBeCloseTo(frame / 12, 5);
    }
    expect(Math.max(...summary.peaks.map(({ count }) => count))).toBe(
      Math.max(...labels.map((of) => of.length)),
    );
  });

  it('contains the colour of each class in the video', async () => {
    const { classes } = await summaryOf(id);
    expect(classes.length).toBeGreaterThan(1);
    for (const { classIndex, colour } of classes) expect(colour).toBe(cssColour(classColour(classIndex)));
  });

  it('is revalidated by a browser, and sent only if it changed', async () => {
    const first = await fetch(at('summary'));
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const etag = first.headers.get('etag')!;
    expect((await askAgain('summary', { 'If-None-Match': etag })).status).toBe(304);
  });

  it('has an annotated thumbnail of each peak', async () => {
    const { peaks } = await summaryOf(id);
    expect(peaks.length).toBeGreaterThan(0);
    for (const n of peaks.keys()) {
      const answer = await fetch(at(`peaks/${n}.jpg`));
      expect(answer.headers.get('content-type')).toBe('image/jpeg');
      const { width, height } = jpegPixels(Buffer.from(await answer.arrayBuffer()));
      expect([width, height]).toEqual([320, 238]);
    }
    expect((await fetch(at(`peaks/${peaks.length}.jpg`))).status).toBe(404);
    const files = await readdir(cluster.workspace.path(id, 'preview'));
    expect(files.filter((name) => !name.startsWith('track_')).sort()).toEqual([
      ...peaks.map((_, n) => `peak_${n}.jpg`),
      'summary.json',
      'video.mp4',
    ]);
  });

  it('of a video without detections has no peaks', async () => {
    const clip = await ffmpeg(file('black.mp4'), ...source('color=black:s=64x48:r=5:d=0.2'), ...H264);
    const job = await complete(clip, { frameStep: '3' });
    expect(await summaryOf(job)).toMatchObject({ frames: 1, total: 0, classes: [], peaks: [] });
    expect((await fetch(at('peaks/0.jpg', job))).status).toBe(404);
    const [videoTrack] = await streams(cluster.workspace.path(job, 'preview', 'video.mp4'));
    expect(videoTrack).toMatchObject({ nb_frames: '1' });
  });
});

it('annotated frames are sent unchanged', async () => {
  const answer = await fetch(at('frames/35.jpg'));
  expect(answer.headers.get('content-type')).toBe('image/jpeg');
  const made = await readFile(cluster.workspace.path(id, 'tar_frame', 'tar_35.jpg'));
  expect(Buffer.from(await answer.arrayBuffer()).equals(made)).toBe(true);
});

it.each([
  ['frames/36.jpg', 404, 'The annotated frame 36 of job ID does not exist.'],
  ['frames/6652347659.jpg', 404, 'The annotated frame 6652347659 of job ID does not exist.'],
  [`frames/${'9'.repeat(400)}.jpg`, 404, 'The annotated frame 9007199254740991 of job ID does not exist.'],
  ['peaks/6652347659.jpg', 404, 'The image of peak 6652347659 of job ID does not exist.'],
  ['frames/1.5.jpg', 400, 'Invalid number "1.5": expected a whole number from 0.'],
  ['frames/-1.jpg', 400, 'Invalid number "-1": expected a whole number from 0.'],
  ['peaks/x.jpg', 400, 'Invalid number "x": expected a whole number from 0.'],
])('%s returns %d', async (path, status, message) => {
  const answer = await fetch(at(path));
  expect(answer.status).toBe(status);
  const { error } = (await answer.json()) as { error: { message: string } };
  expect(error.message.replace(id, 'ID')).toBe(message);
});

it('handles a rotated video with non-square pixels and a variable frame rate', async () => {
  const filters = "setsar=4/3,select='not(mod(n,3))+gt(t,1)'";
  const upright = await ffmpeg(
    file('upright.mp4'),
    ...source('testsrc2=s=480x240:r=10:d=2'),
    ...['-vf', filters, '-fps_mode', 'vfr', ...H264],
  );
  const clip = await ffmpeg(file('turned.mp4'), '-i', upright, '-c', 'copy', '-metadata:s:v', 'rotate=90');
  const job = await complete(clip);
  const { video } = await cluster.job(job);
  expect(video).toMatchObject({ width: 240, height: 480 });
  const [videoTrack] = await streams(cluster.workspace.path(job, 'preview', 'video.mp4'));
  // a pixel is three quarters as wide as high: 180 square pixels wide
  expect(videoTrack).toMatchObject({
    ...{ width: 180, height: 480, sample_aspect_ratio: '1:1', nb_frames: `${video!.frames}` },
  });
  expect(Number(videoTrack?.duration)).toBeCloseTo(video!.frames / video!.frameRate, 2);
  expect(await sizeOf(cluster.workspace.path(job, 'thumbnail.jpg'))).toBe('90x240');
  expect((await fetch(at('thumbnail.jpg', job))).headers.get('content-type')).toBe('image/jpeg');
  expect(await sizeOf(cluster.workspace.path(job, 'preview', 'peak_0.jpg'))).toBe('120x320');
});

it.each([
  ['say "cheese".mp4', 'attachment; filename="say \\"cheese\\".avi"'],
  ['no extension', 'attachment; filename="no extension.avi"'],
  ['two\r\nSet-Cookie: lines=1.mp4', 'attachment; filename="two??Set-Cookie: lines=1.avi"; filename*='],
  [
    '휴가 🎬.v2.mov',
    'attachment; filename="?? ??.v2.avi"; filename*=UTF-8\'\'%ED%9C%B4%EA%B0%80%20%F0%9F%8E%AC.v2.avi',
  ],
  ['100%25.mp4', 'attachment; filename="100%25.avi"; filename*=UTF-8\'\'100%2525.avi'],
  ['../../etc/passwd.mp4', 'attachment; filename="passwd.avi"'],
])('the AVI of %j is named after it', async (FILENAME, disposition) => {
  await edit({ FILENAME });
  const answer = await fetch(at('video'), { method: 'HEAD' });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/x-msvideo']);
  expect(answer.headers.get('content-disposition')).toContain(disposition);
  expect(answer.headers.get('set-cookie')).toBeNull();
});

it('a retried complete job has new files, which a browser notices', async () => {
  const before = await fetch(at('preview.mp4'));
  const [etag, bytes] = [before.headers.get('etag')!, Buffer.from(await before.arrayBuffer())];
  await edit({ STATUS: 'POSTPROCESSING_ERROR' });
  for (const path of ['preview.mp4', 'summary', 'video', 'peaks/0.jpg', 'frames/0.jpg']) {
    const answer = await fetch(at(path));
    expect(answer.status).toBe(404);
    expect(await answer.text()).toMatch(/has no .* \(status POSTPROCESSING_ERROR\)\./);
  }
  expect((await fetch(at('thumbnail.jpg'))).status).toBe(200);

  expect((await fetch(at('retry'), { method: 'POST' })).status).toBe(200);
  expect((await cluster.finished(id)).status).toBe('POSTPROCESSING_COMPLETE');
  const after = await askAgain('preview.mp4', { 'If-None-Match': etag });
  expect(after.status).toBe(200);
  expect(Buffer.from(await after.arrayBuffer()).equals(bytes)).toBe(true); // from the same frames
});

it('reports that a job of an older version has no summary', async () => {
  for (const artifact of ['preview', 'thumbnail.jpg'] as const)
    await rm(cluster.workspace.path(id, artifact), { recursive: true });
  for (const path of ['summary', 'thumbnail.jpg']) {
    const answer = await fetch(at(path));
    expect(answer.status).toBe(404);
    const body = (await answer.json()) as { error: { code: string; message: string } };
    expect(body.error).toEqual({
      code: 'NOT_FOUND',
      message: expect.stringContaining(
        'does not exist: the job was processed by an earlier version',
      ) as string,
    });
  }
});

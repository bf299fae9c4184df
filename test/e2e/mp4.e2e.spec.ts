import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Mp4ListResource, Mp4Resource } from '#contract';
import { classColour, encodeFrame } from '#annotation';
import { Cluster } from '../support/cluster';
import { H264, decodedFrames, ffmpeg, source, streams, temporaryFolder } from '../support/video';

jest.setTimeout(240_000);

const [WIDTH, HEIGHT, FRAMES] = [320, 240, 36];

let cluster: Cluster;
let folder: string;
let id: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({ env: { POLL_MAX_MS: '100', LEASE_MS: '1500' } });
  id = await grey(FRAMES);
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

/** A complete job of a grey video, with a person on the left and, with a low score, a car on the right. */
async function grey(frames: number): Promise<string> {
  const inputs = [...source(`color=gray:s=${WIDTH}x${HEIGHT}:r=12:d=${frames / 12}`), ...source('sine=d=3')];
  const clip = await ffmpeg(join(folder, `${frames}.mp4`), ...inputs, ...H264, '-c:a', 'aac');
  const job = await cluster.submit(clip, undefined, { frameStep: '1000' });
  expect((await cluster.finished(job)).status).toBe('POSTPROCESSING_COMPLETE');
  const person = { label: 'person', classIndex: 0, score: 0.9, box: [0.1, 0.3, 0.4, 0.9] } as const;
  const car = { label: 'car', classIndex: 2, score: 0.2, box: [0.6, 0.3, 0.9, 0.9] } as const;
  const lines = Array.from({ length: frames }, (_, n) => encodeFrame(n, [person], [car]));
  await writeFile(cluster.workspace.path(job, 'detections.ndjson'), lines.join(''));
  return job;
}

const at = (path: string, job = id) => `${cluster.url}/api/jobs/${job}/${path}`;

async function request(body: object | undefined, job = id): Promise<[number, Mp4Resource]> {
  const response = await fetch(at('mp4', job), {
    method: 'POST',
    ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return [response.status, (await response.json()) as Mp4Resource];
}

/** The MP4, once it is in one of the states. Polls, because HTTP has no event to wait for. */
async function until(mp4: Mp4Resource, ...states: Mp4Resource['state'][]): Promise<Mp4Resource> {
  for (;;) {
    const now = (await (await fetch(cluster.url + mp4.links.self)).json()) as Mp4Resource;
    if (states.includes(now.state)) return now;
    if (['done', 'failed'].includes(now.state)) throw new Error(`the MP4 is already ${now.state}`);
    await delay(50);
  }
}

/** The classes whose boxes a frame of an MP4 shows. */
async function drawn(file: string, frame: number): Promise<string[]> {
  const pixels = (await decodedFrames(file, WIDTH, HEIGHT))[frame]!;
  const edges = [
    ['person', 0, 0.1],
    ['car', 2, 0.6],
  ] as const;
  return edges
    .filter(([, classIndex, x]) => {
      const from = 3 * (Math.round(0.6 * HEIGHT) * WIDTH + Math.round(x * WIDTH));
      const edge = [...pixels.subarray(from, from + 3)];
      return classColour(classIndex).every((value, channel) => Math.abs(value - edge[channel]!) < 50);
    })
    .map(([label]) => label);
}

async function download(mp4: Mp4Resource): Promise<string> {
  const response = await fetch(cluster.url + mp4.links.video);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'video/mp4']);
  const file = join(folder, `${mp4.key}.mp4`);
  await writeFile(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

it('by default the stage makes no MP4, and the response says how to get one', async () => {
  const files = await readdir(cluster.workspace.path(id, 'preview'));
  expect(files).toContain('summary.json');
  expect(files).not.toContain('video.mp4');
  const response = await fetch(at('preview.mp4'));
  expect([response.status, await response.text()]).toEqual([
    404,
    expect.stringContaining(`POST /api/jobs/${id}/mp4`) as string,
  ]);
});

it('makes a copy without boxes of a source that browsers cannot play', async () => {
  const about = async (job: string) => {
    const { video } = await cluster.job(job);
    const files = await readdir(cluster.workspace.path(job, 'preview'));
    return { playback: video?.playback, copied: files.includes('clean.mp4') };
  };
  expect(await about(id)).toEqual({ playback: 'source', copied: false });
  const clip = join(folder, 'clip.mkv');
  await ffmpeg(clip, ...source(`color=gray:s=${WIDTH}x${HEIGHT}:r=12:d=3`), ...source('sine=d=3'), ...H264);
  const mkv = await cluster.submit(clip, undefined, { score: '0.001' });
  await cluster.finished(mkv);
  expect(await about(mkv)).toEqual({ playback: 'copy', copied: true });
  const copy = cluster.workspace.path(mkv, 'preview', 'clean.mp4');
  expect((await streams(copy)).map(({ codec_name }) => codec_name)).toEqual(['h264', 'aac']);
  const frames = await decodedFrames(copy, WIDTH, HEIGHT);
  expect(frames).toHaveLength(FRAMES);
  for (const frame of [0, 17, FRAMES - 1]) {
    const [first = 0, ...others] = frames[frame]!;
    expect(others.filter((value) => Math.abs(value - first) > 20)).toEqual([]);
  }
});

it.each([
  ['by default those above the threshold of the job', undefined, ['person']],
  ['those above a lower score', { score: 0.1 }, ['person', 'car']],
  ['those above a higher score', { score: 0.95 }, []],
  ['those of a class', { score: 0.1, classes: ['car'] }, ['car']],
])('draws %s, in every frame, with sound', async (_, body, expected) => {
  const [status, mp4] = await request(body);
  expect(status).toBe(202);
  const file = await download(await until(mp4, 'done', 'failed'));
  const [video, sound] = await streams(file);
  expect(video).toMatchObject({ codec_name: 'h264', pix_fmt: 'yuv420p', nb_frames: `${FRAMES}` });
  expect(sound).toMatchObject({ codec_name: 'aac' });
  for (const frame of [0, 17, FRAMES - 1]) expect(await drawn(file, frame)).toEqual(expected);
});

it('makes the same MP4 only once, and lists all', async () => {
  const [status, mp4] = await request({ score: 0.1, classes: [] });
  expect([status, mp4.state]).toEqual([200, 'done']);
  const { mp4s } = (await (await fetch(at('mp4'))).json()) as Mp4ListResource;
  expect(mp4s.map(({ score, classes }) => [score, classes])).toEqual([
    [0.5, []],
    [0.1, []],
    [0.95, []],
    [0.1, ['car']],
  ]);
});

it('keeps ten MP4s of a job', async () => {
  for (let n = 0; n < 8; n++) await until((await request({ score: (30 + n) / 100 }))[1], 'done');
  const { mp4s } = (await (await fetch(at('mp4'))).json()) as Mp4ListResource;
  const files = await readdir(join(cluster.workspace.root, id, 'mp4'));
  expect(mp4s.map(({ score }) => score)).toEqual([0.95, 0.1, 0.3, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36, 0.37]);
  expect(files.sort()).toEqual(mp4s.map(({ key }) => `${key}.mp4`).sort());
});

it.each([
  ['a score beyond 1', { score: 2 }, 400, 'score'],
  ['an unknown class', { classes: ['unicorn'] }, 400, 'unicorn'],
  ['an unknown field', { scores: 0.5 }, 400, 'scores'],
])('refuses %s', async (_, body, status, reason) => {
  const response = await fetch(at('mp4'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect([response.status, await response.text()]).toEqual([
    status,
    expect.stringContaining(reason) as string,
  ]);
});

it('answers 404 for an MP4 that was not requested, and 400 for an invalid key', async () => {
  expect((await fetch(at('mp4/0123456789abcdef'))).status).toBe(404);
  expect((await fetch(at('mp4/0123456789abcdef/video.mp4'))).status).toBe(404);
  expect((await fetch(at('mp4/nonsense'))).status).toBe(400);
});

it('another worker continues after a kill -9, and a deleted job leaves nothing', async () => {
  const long = await grey(2_000);
  const [, mp4] = await request({ score: 0.5 }, long);
  const running = await until(mp4, 'running');
  expect((await fetch(cluster.url + running.links.video)).status).toBe(404);
  process.kill(cluster.processes.postprocess[0]!.pid!, 'SIGKILL');
  const file = await download(await until(mp4, 'done', 'failed'));
  expect((await streams(file))[0]).toMatchObject({ nb_frames: '2000' });

  const [, second] = await request({ score: 0.1 }, long);
  await until(second, 'running');
  expect((await fetch(at('', long), { method: 'DELETE' })).status).toBe(204);
  const jobFolder = join(cluster.workspace.root, long);
  // The worker misses its lease, or ffmpeg a file that it has not opened yet.
  const stopped = new RegExp(`Job ${long}: ((The lease on|There is no) job ${long}|attempt 1 failed)`);
  while (!stopped.test(await cluster.output())) await delay(50);
  expect(existsSync(jobFolder)).toBe(false);
});

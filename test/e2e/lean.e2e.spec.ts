import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobResource, Mp4Resource } from '#contract';
import { Cluster } from '../support/cluster';
import { codedFrames, readCode, tone } from '../support/coded-clip';
import { H264, ffmpeg, streams, temporaryFolder } from '../support/video';

jest.setTimeout(180_000);

const COMPLETE = 'POSTPROCESSING_COMPLETE';
const FRAMES = 45;

let lean: Cluster;
let full: Cluster;
let folder: string;
let clip: string;
let ids: { lean: string; full: string };

/** Low enough that every frame has boxes; they would hide the number of the frame. */
const BOXES = 0.02;

beforeAll(async () => {
  folder = await temporaryFolder();
  clip = await ffmpeg(
    join(folder, 'clip.mp4'),
    ...codedFrames('30000/1001', 1.5),
    ...tone(1, 1.5),
    ...[...H264, '-bf', '2', '-c:a', 'aac'],
  );
  [lean, full] = await Promise.all([
    Cluster.start({ env: { ARTIFACTS: 'lean', LEASE_MS: '3000' } }),
    Cluster.start(),
  ]);
  const run = async (cluster: Cluster) => {
    const id = await cluster.submit(clip);
    expect((await cluster.finished(id)).status).toBe(COMPLETE);
    return id;
  };
  const [ofLean, ofFull] = await Promise.all([run(lean), run(full)]);
  ids = { lean: ofLean, full: ofFull };
});
afterAll(async () => {
  await Promise.all([lean.stop(), full.stop()]);
  await rm(folder, { recursive: true });
});

const get = (cluster: Cluster, path: string) => fetch(`${cluster.url}/api/jobs/${path}`);

it('has frames without boxes, with and without frame files', async () => {
  for (const n of [0, 20, FRAMES - 1]) {
    for (const [cluster, id] of [
      [lean, ids.lean],
      [full, ids.full],
    ] as const) {
      const answer = await get(cluster, `${id}/frames/${n}.jpg?boxes=0`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
      const file = join(folder, 'clean.jpg');
      await writeFile(file, Buffer.from(await answer.arrayBuffer()));
      expect((await readCode(file)).code).toBe(n);
    }
  }
  expect((await get(lean, `${ids.lean}/frames/${FRAMES}.jpg?boxes=0`)).status).toBe(404);
  expect((await get(lean, `${ids.lean}/frames/0.jpg?boxes=no`)).status).toBe(400);
});

it('stores no frames', async () => {
  expect((await readdir(join(lean.workspace.root, ids.lean))).sort()).toEqual([
    ...[
      'detections.ndjson',
      'preview',
      'sound.flac',
      'src',
      'target',
      'thumbnail.jpg',
      'timeline.json',
      'tracks.json',
      'txts',
    ],
  ]);
});

it('describes the video and its files as a job with stored frames does', async () => {
  const [one, other] = await Promise.all([lean.job(ids.lean), full.job(ids.full)]);
  expect([one.artifacts, other.artifacts]).toEqual(['lean', 'full']);
  expect(one.video).toEqual(other.video);
  const [video, sound] = await streams(lean.workspace.target(ids.lean));
  expect(video).toMatchObject({ codec_name: 'mjpeg', nb_frames: `${FRAMES}`, r_frame_rate: '30000/1001' });
  expect(sound).toMatchObject({ codec_type: 'audio' });
});

it.each([0, 1, 22, 43, 44])('serves annotated frame %d', async (n) => {
  const response = await get(lean, `${ids.lean}/frames/${n}.jpg`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  const file = join(folder, 'frame.jpg');
  await writeFile(file, Buffer.from(await response.arrayBuffer()));
  expect((await readCode(file)).code).toBe(n);
});

it('has no frame after the last', async () => {
  expect((await get(lean, `${ids.lean}/frames/${FRAMES}.jpg`)).status).toBe(404);
});

it.each(['thumbnail.jpg', 'peaks/0.jpg', 'summary', 'txts.zip', 'detections.csv', 'boxes'])(
  'serves %s',
  async (path) => {
    expect((await get(lean, `${ids.lean}/${path}`)).status).toBe(200);
  },
);

/** A job that runs `id` again, once it has ended. */
async function rerun(id: string, options: object): Promise<JobResource> {
  const response = await fetch(`${lean.url}/api/jobs/${id}/rerun`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(options),
  });
  expect(response.status).toBe(201);
  return lean.finished(((await response.json()) as JobResource).id);
}

it('runs again without decoding in the first stage, with every third frame', async () => {
  const whole = await rerun(ids.lean, { score: BOXES, tracking: 'off' });
  const again = await rerun(ids.lean, { score: BOXES, frameStep: 3, tracking: 'off' });
  expect(again).toMatchObject({ status: COMPLETE, artifacts: 'lean', video: { frames: FRAMES } });
  const lines = async (id: string) =>
    (await readFile(lean.workspace.path(id, 'detections.ndjson'), 'utf8')).trim().split('\n');
  const boxes = (line = '{}') => (JSON.parse(line) as { boxes: unknown }).boxes;
  const [every, third] = [await lines(whole.id), await lines(again.id)];
  expect(third).toHaveLength(FRAMES);
  for (let n = 0; n < FRAMES; n++) expect(boxes(third[n])).toEqual(boxes(every[n - (n % 3)]));

  const frame = async (id: string) => (await get(lean, `${id}/frames/22.jpg`)).arrayBuffer();
  expect(Buffer.from(await frame(whole.id)).equals(Buffer.from(await frame(ids.lean)))).toBe(false); // boxes are drawn
});

it('makes an MP4 on request', async () => {
  const response = await fetch(`${lean.url}/api/jobs/${ids.lean}/mp4`, { method: 'POST' });
  expect(response.status).toBe(202);
  let mp4 = (await response.json()) as Mp4Resource;
  while (mp4.state === 'waiting' || mp4.state === 'running') {
    mp4 = (await (await fetch(lean.url + mp4.links.self)).json()) as Mp4Resource;
  }
  const video = await fetch(lean.url + mp4.links.video);
  const file = join(folder, 'boxes.mp4');
  await writeFile(file, Buffer.from(await video.arrayBuffer()));
  expect((await streams(file))[0]).toMatchObject({ codec_name: 'h264', nb_frames: `${FRAMES}` });
});

it('resumes detection after a kill, with the same detections', async () => {
  const long = await ffmpeg(join(folder, 'long.mp4'), ...codedFrames('25', 8), ...H264);
  const fields = { score: `${BOXES}` };
  const undisturbed = await lean.submit(long, undefined, fields);
  expect((await lean.finished(undisturbed)).status).toBe(COMPLETE);
  const id = await lean.submit(long, undefined, fields);
  await lean.until(id, ({ status, progress }) => status === 'INFERENCING' && (progress?.done ?? 0) > 20);
  process.kill(lean.processes.infer[0]!.pid!, 'SIGKILL');
  expect(await lean.finished(id)).toMatchObject({ status: COMPLETE, video: { frames: 200 } });
  const detections = (job: string) => readFile(lean.workspace.path(job, 'detections.ndjson'), 'utf8');
  expect(await detections(id)).toBe(await detections(undisturbed));
});

it('decodes the source again if the timeline of the first run is gone', async () => {
  const { id } = await rerun(ids.lean, {});
  await rm(lean.workspace.path(id, 'timeline.json'));
  const { id: copy } = await rerun(id, { score: 0.5 });
  expect(await lean.job(copy)).toMatchObject({ status: COMPLETE, video: { frames: FRAMES } });
});

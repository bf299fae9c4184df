import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DetectionsResource, JobListResource, JobResource } from '#contract';
import { TIME_FIELDS } from '#jobs';
import { Cluster } from '../support/cluster';
import { sample } from '../support/test-data';
import { H264, ffmpeg, source, streams, temporaryFolder } from '../support/video';

let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start();
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const person = sample('videos/person-8s.mp4');
const withSound = sample('videos/car-overhead-with-sound.mp4');

async function getJson<T>(path: string): Promise<T> {
  return (await (await fetch(cluster.url + path)).json()) as T;
}

describe('a job from upload to AVI', () => {
  let id: string;
  let job: JobResource;

  beforeAll(async () => {
    const clip = join(folder, 'clip.mp4');
    await ffmpeg(
      clip,
      ...source('testsrc2=s=322x240:r=12:d=2'),
      ...source('sine=d=2'),
      ...H264,
      '-c:a',
      'aac',
      '-shortest',
    );
    const answer = await cluster.upload(clip, '한국어 "clip" 🎬.mp4');
    expect(answer.status).toBe(201);
    job = (await answer.json()) as JobResource;
    id = job.id;
    expect(answer.headers.get('location')).toBe(`/api/jobs/${id}`);
    expect(job).toMatchObject({
      status: 'ENQUEUE',
      filename: '한국어 "clip" 🎬.mp4',
      video: { width: 322, height: 240, frameRate: 12 },
      error: null,
    });
    job = await cluster.finished(id);
  });

  it('completes, with all times in order and TOTAL', () => {
    expect(job.status).toBe('POSTPROCESSING_COMPLETE');
    const times = TIME_FIELDS.map((field) => Date.parse(job.times[field] ?? ''));
    expect(times).toHaveLength(8);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(job.durations.total).toBe((times[7]! - times[0]!) / 1000);
  });

  it('has the properties of the video', () => {
    expect(job.video).toEqual({
      width: 322,
      height: 240,
      frameRate: 12,
      duration: 2,
      frames: 24,
      variableFrameRate: false,
      sourceFrames: 24,
      repeatedFrames: 0,
      codec: 'h264',
      playback: 'source',
      audio: true,
    });
  });

  it('leaves exactly the files of the contract', async () => {
    const at = (...parts: string[]) => join(cluster.workspace.root, id, ...parts);
    const numbered = (prefix: string, suffix: string) =>
      [...Array(24).keys()].map((n) => `${prefix}${n}${suffix}`).sort();
    expect((await readdir(at())).sort()).toEqual([
      ...['detections.ndjson', 'preview', 'sound.flac', 'src', 'src_frame', 'tar_frame', 'target'],
      ...['thumbnail.jpg', 'timeline.json', 'tracks.json', 'txts'],
    ]);
    expect(await readdir(at('src'))).toEqual(['한국어 "clip" 🎬.mp4']);
    expect((await readdir(at('src_frame'))).sort()).toEqual(numbered('frame_', '.jpg'));
    expect((await readdir(at('txts'))).sort()).toEqual(numbered('infer', '.txt'));
    expect((await readdir(at('tar_frame'))).sort()).toEqual(numbered('tar_', '.jpg'));
    expect(await readdir(at('target'))).toEqual([`target_${id}.avi`]);
  });

  it('makes an AVI with the source rate, size, length and sound', async () => {
    const [video, audio] = await streams(cluster.workspace.target(id));
    expect(video).toMatchObject({
      codec_type: 'video',
      width: 322,
      height: 240,
      r_frame_rate: '12/1',
      nb_frames: '24',
    });
    expect(audio).toMatchObject({ codec_type: 'audio' });
    expect(Math.abs(Number(audio!.duration) - 2)).toBeLessThan(1 / 12);
  });

  it('offers the AVI as a download, whole and in ranges', async () => {
    const expected = await readFile(cluster.workspace.target(id));
    const uploaded = "filename*=UTF-8''%ED%95%9C%EA%B5%AD%EC%96%B4%20%22clip%22%20%F0%9F%8E%AC.avi";
    for (const [path, disposition] of [
      [`/${id}/download`, `attachment; filename="target_${id}.avi"`],
      [`/api/jobs/${id}/video`, `attachment; filename="??? \\"clip\\" ??.avi"; ${uploaded}`],
    ] as const) {
      const answer = await fetch(cluster.url + path);
      expect(answer.headers.get('content-disposition')).toBe(disposition);
      expect(Buffer.from(await answer.arrayBuffer()).equals(expected)).toBe(true);
    }
    const part = await fetch(`${cluster.url}/${id}/download`, { headers: { Range: 'bytes=0-3' } });
    expect(part.status).toBe(206);
    expect(await part.text()).toBe('RIFF');
    const beyond = await fetch(`${cluster.url}/${id}/download`, { headers: { Range: 'bytes=999999999-' } });
    expect(beyond.status).toBe(416);
  });

  it.each(['HEAD', 'GET'])(
    'is not deleted by a %s of the delete link, which asks for confirmation',
    async (method) => {
      const answer = await fetch(`${cluster.url}/${id}/delete`, { method });
      expect(answer.status).toBe(200);
      if (method === 'GET')
        expect(await answer.text()).toContain(`<form class="inline" action="/${id}/delete" method="post">`);
      expect((await cluster.job(id)).id).toBe(id);
    },
  );

  it('lists the job, newest first, by status and by page', async () => {
    const { jobs } = await getJson<JobListResource>('/api/jobs?status=POSTPROCESSING_COMPLETE&limit=1');
    expect(jobs.map((listed) => listed.id)).toEqual([id]);
    expect((await getJson<JobListResource>('/api/jobs?status=ENQUEUE_ERROR')).jobs).toEqual([]);
  });

  it('shows it on the result page, with the TOTAL of the record', async () => {
    const page = await (await fetch(`${cluster.url}/result`)).text();
    expect(page).toContain(id);
    expect(page).toContain('한국어 &quot;clip&quot; 🎬.mp4');
    expect(page).toMatch(/0:00:\d\d\.\d{6}/);
    expect(page).not.toContain('WAITING..');
  });

  it('loses its record and files after DELETE', async () => {
    const answer = await fetch(`${cluster.url}/api/jobs/${id}`, { method: 'DELETE' });
    expect(answer.status).toBe(204);
    await expect(stat(join(cluster.workspace.root, id))).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await fetch(`${cluster.url}/api/jobs/${id}`)).status).toBe(404);
    expect(await readdir(join(cluster.workspace.root, '.incoming'))).toEqual([]);
  });
});

(person ? describe : describe.skip)('a video of a walking person (optional sample video)', () => {
  it('has the person in the API, the txts and the AVI of 80 frames at 10 fps', async () => {
    const id = await cluster.submit(person!);
    expect((await cluster.finished(id)).status).toBe('POSTPROCESSING_COMPLETE');
    const { frames, frameRate } = await getJson<DetectionsResource>(`/api/jobs/${id}/detections`);
    expect(frameRate).toBe(10);
    expect(frames.map(({ n }) => n)).toEqual([...Array(80).keys()]);
    expect(frames[79]!.time).toBe(7.9);
    const withPerson = frames.filter(({ boxes }) => boxes.some(({ label }) => label === 'person'));
    expect(withPerson.length).toBeGreaterThan(40);

    const { n, boxes } = withPerson[0]!;
    const txt = await readFile(cluster.workspace.path(id, 'txts', `infer${n}.txt`), 'utf8');
    const lines = txt.trim().split('\n').map(Number);
    expect(lines).toHaveLength(5 * boxes.length);
    const [first] = boxes;
    expect(lines.slice(0, 4).map((value) => value.toFixed(3))).toEqual(
      [first!.box.x1, first!.box.y1, first!.box.x2, first!.box.y2].map((value) => value.toFixed(3)),
    );
    expect(lines[4]).toBe(first!.classIndex);

    const [video, audio] = await streams(cluster.workspace.target(id));
    expect(video).toMatchObject({ nb_frames: '80', r_frame_rate: '10/1', width: 768, height: 432 });
    expect(audio).toBeUndefined();
  });
});

(withSound ? it : it.skip)('keeps the sound of the source (optional sample video)', async () => {
  const id = await cluster.submit(withSound!);
  expect((await cluster.finished(id)).status).toBe('POSTPROCESSING_COMPLETE');
  const [video, audio] = await streams(cluster.workspace.target(id));
  expect(video).toMatchObject({ r_frame_rate: '25/2' });
  expect(Math.abs(Number(audio!.duration) - Number(video!.duration))).toBeLessThan(0.2);
});

describe('the API', () => {
  it('describes itself as OpenAPI', async () => {
    const document = await getJson<{ paths: Record<string, object> }>('/api-json');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/jobs',
        '/api/jobs/{id}',
        '/api/jobs/{id}/video',
        '/api/jobs/{id}/detections',
      ]),
    );
    expect(await (await fetch(`${cluster.url}/api`)).text()).toContain('swagger');
  });

  it('reports health and readiness on every service', async () => {
    for (const url of Object.values(cluster.addresses).flat()) {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      const ready = await fetch(`${url}/readyz`);
      expect(await ready.json()).toMatchObject({
        status: 'ok',
        details: { database: { status: 'up' }, volume: { status: 'up' } },
      });
    }
  });

  it.each([
    ['GET', '/api/jobs/64b000000000000000000001', 404, 'JOB_NOT_FOUND'],
    ['GET', '/api/jobs/nonsense', 400, 'INVALID_JOB_ID'],
    ['DELETE', '/api/jobs/64b000000000000000000001', 404, 'JOB_NOT_FOUND'],
    ['GET', '/api/jobs?status=DONE', 400, 'BAD_REQUEST'],
    ['GET', '/api/jobs?limit=0', 400, 'BAD_REQUEST'],
    ['GET', '/api/jobs?cursor=x', 400, 'INVALID_CURSOR'],
    ['GET', '/api/jobs?search=a&search=b', 400, 'BAD_REQUEST'],
    ['GET', '/api/jobs?search=%00', 400, 'BAD_REQUEST'],
    ['GET', '/api/jobs?name=a', 400, 'BAD_REQUEST'],
    ['POST', '/api/jobs', 400, 'BAD_REQUEST'],
    ['PUT', '/requestid/64b000000000000000000001/status/INFERENCING', 404, 'JOB_NOT_FOUND'],
    ['PUT', '/requestid/64b000000000000000000001/status/DONE', 400, 'BAD_REQUEST'],
    ['GET', '/api/nothing', 404, 'NOT_FOUND'],
  ])('%s %s returns %d %s', async (method, path, status, code) => {
    const answer = await fetch(cluster.url + path, { method });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: { code, message: expect.any(String) as string } });
  });

  it('responds to browsers with a page', async () => {
    const answer = await fetch(`${cluster.url}/64b000000000000000000001/download`, {
      headers: { Accept: 'text/html' },
    });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('There is no job 64b000000000000000000001.');
  });

  it('records a time when a status is reported to the timeline', async () => {
    const clip = join(folder, 'stamp.mp4');
    await ffmpeg(clip, ...source('testsrc2=s=64x48:r=5:d=1'), ...H264);
    const id = await cluster.submit(clip);
    const before = await cluster.finished(id);
    const answer = await fetch(`${cluster.url}/requestid/${id}/status/INFERENCING_COMPLETE`, {
      method: 'PUT',
    });
    expect(await answer.json()).toEqual({ status: 'INFERENCING_COMPLETE' });
    const after = await cluster.job(id);
    expect(Date.parse(after.times.INFERENCING_END!)).toBeGreaterThan(
      Date.parse(before.times.INFERENCING_END!),
    );
  });
});

import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobResource } from '#contract';
import { STAGES, TIME_FIELDS, type StageName } from '#jobs';
import { Cluster } from '../support/cluster';
import { ffmpeg, source, temporaryFolder } from '../support/video';

jest.setTimeout(180_000);

let folder: string;
let cluster: Cluster;
/** Long in every stage. */
let long: string;
/** Long in infer alone, whose time does not depend on the size. */
let many: string;
let short: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  long = await clip('long', '1280x720', 40);
  many = await clip('many', '320x240', 40);
  short = await clip('short', '320x240', 1);
  // h264 makes the last stage slow enough to stop it in the middle.
  const env = { LEASE_MS: '3000', STOP_GRACE_MS: '0', RETRY_DELAY_MS: '10', AVI_CODEC: 'h264' };
  cluster = await Cluster.start({ env });
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

async function clip(name: string, size: string, seconds: number): Promise<string> {
  return ffmpeg(
    join(folder, `${name}.mp4`),
    ...source(`testsrc2=s=${size}:r=10:d=${seconds}`),
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
  );
}

const runningIn = (stage: StageName) => (job: JobResource) =>
  job.status === STAGES[stage].running && (job.progress?.done ?? 0) > 0;

const post = (id: string, what: 'cancel' | 'retry') =>
  fetch(`${cluster.url}/api/jobs/${id}/${what}`, { method: 'POST' });

async function remove(id: string): Promise<void> {
  await fetch(`${cluster.url}/api/jobs/${id}`, { method: 'DELETE' });
}

/** The output of all processes, once it matches. */
async function logWith(wanted: (log: string) => boolean): Promise<string> {
  for (;;) {
    const log = await cluster.output();
    if (wanted(log)) return log;
    await delay(50);
  }
}

/** All results of infer for a job, as bytes. */
async function detectionsOf(id: string): Promise<Record<string, string>> {
  const txts = (await readdir(cluster.workspace.path(id, 'txts'))).sort();
  const files = [...txts.map((name) => cluster.workspace.path(id, 'txts', name))];
  files.push(cluster.workspace.path(id, 'detections.ndjson'));
  const contents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return Object.fromEntries(files.map((file, n) => [file.replace(id, ''), contents[n]!]));
}

it('infer resumes after the frames of a killed process, with the same result as without the kill', async () => {
  const fields = { score: '0.05' };
  const undisturbed = await cluster.submit(many, 'undisturbed.mp4', fields);
  expect((await cluster.finished(undisturbed)).status).toBe('POSTPROCESSING_COMPLETE');

  const id = await cluster.submit(many, 'killed.mp4', fields);
  await cluster.until(id, ({ status, progress }) => status === 'INFERENCING' && (progress?.done ?? 0) >= 100);
  process.kill(cluster.processes.infer[0]!.pid!, 'SIGKILL');
  expect((await cluster.finished(id)).status).toBe('POSTPROCESSING_COMPLETE');

  const log = await cluster.output();
  expect(log).toContain(`Job ${id}: INFERENCING (attempt 2)`);
  const [, done] = new RegExp(`Job ${id}: resuming, (\\d+) of 400 frames are done`).exec(log) ?? [];
  expect(Number(done)).toBeGreaterThanOrEqual(50);
  const detections = await detectionsOf(id);
  expect(Object.keys(detections)).toHaveLength(401);
  expect(detections).toEqual(await detectionsOf(undisturbed));
  expect(Object.values(detections).join('')).toContain('"score"');
});

it.each<[StageName, Record<string, string>]>([
  ['preprocess', {}],
  ['infer', {}],
  ['postprocess', { frameStep: '100' }],
])(
  '%s releases its job on SIGTERM without using up the attempt, and exits with code 0',
  async (stage, fields) => {
    const before = cluster.ends.length;
    const id = await cluster.submit(long, `${stage}.mp4`, fields);
    await cluster.until(id, runningIn(stage));
    process.kill(cluster.processes[stage][0]!.pid!, 'SIGTERM');
    const claim = `Job ${id}: ${STAGES[stage].running} (attempt`;
    const log = await logWith((text) => text.split(claim).length === 3);
    expect(cluster.ends.slice(before)).toEqual([`${stage}: exit code 0`]);
    expect(log).toContain(`Job ${id}: released because the service is stopping.`);
    expect(log.split(`${claim} 1)`)).toHaveLength(3);
    expect((await post(id, 'cancel')).status).toBe(200);
    await remove(id);
  },
);

it('cancels a running job, and retries it from its stage', async () => {
  const id = await cluster.submit(many, 'cancelled.mp4', { frameStep: '4' });
  await cluster.until(id, runningIn('infer'));
  const cancelled = await post(id, 'cancel');
  expect([cancelled.status, ((await cancelled.json()) as JobResource).status]).toEqual([200, 'CANCELLED']);
  // The worker notices with its next heartbeat, and claims the next job.
  await logWith((log) => log.includes(`Job ${id}: The lease on job ${id} is lost`));
  expect((await cluster.finished(await cluster.submit(short))).status).toBe('POSTPROCESSING_COMPLETE');
  expect(await cluster.job(id)).toMatchObject({ status: 'CANCELLED', error: { stage: 'infer' } });
  expect((await post(id, 'cancel')).status).toBe(409);

  const again = await post(id, 'retry');
  expect([again.status, ((await again.json()) as JobResource).status]).toEqual([
    200,
    'PREPROCESSING_COMPLETE',
  ]);
  expect((await post(id, 'retry')).status).toBe(409);
  const job = await cluster.finished(id);
  expect(job).toMatchObject({ status: 'POSTPROCESSING_COMPLETE', error: null });
  const times = TIME_FIELDS.map((field) => Date.parse(job.times[field] ?? ''));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect((await cluster.output()).split(`Job ${id}: PREPROCESSING (attempt`)).toHaveLength(2);
});

it('retries from the first stage with existing input, and reports if there is none', async () => {
  const id = await cluster.submit(short);
  await cluster.finished(id);
  const lost = await cluster.submit(long, 'lost.mp4', { frameStep: '100' });
  await cluster.until(lost, runningIn('postprocess'));
  await post(lost, 'cancel');
  await rm(cluster.workspace.path(lost, 'src_frame', 'frame_7.jpg'));
  const again = await post(lost, 'retry');
  expect(((await again.json()) as JobResource).status).toBe('ENQUEUE');
  await post(lost, 'cancel');
  await rm(cluster.workspace.path(lost, 'src'), { recursive: true });
  const never = await post(lost, 'retry');
  expect([never.status, await never.text()]).toEqual([
    409,
    expect.stringContaining('Upload the video again'),
  ]);
});

it('creates one job for all requests with the same Idempotency-Key', async () => {
  const send = (name: string, key = 'film-1') => cluster.upload(short, name, {}, { 'Idempotency-Key': key });
  const answers = await Promise.all([send('film.mp4'), send('film.mp4'), send('film.mp4')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
  const jobs = (await Promise.all(answers.map((answer) => answer.json()))) as JobResource[];
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
  const { id } = jobs[0]!;
  expect(answers.map(({ headers }) => headers.get('location'))).toEqual(Array(3).fill(`/api/jobs/${id}`));
  expect((await send('other.mp4')).status).toBe(422);
  expect((await send('film.mp4', 'two words')).status).toBe(400);
  await cluster.finished(id);
  expect(((await (await send('film.mp4')).json()) as JobResource).status).toBe('POSTPROCESSING_COMPLETE');

  const { jobs: all } = (await (await fetch(`${cluster.url}/api/jobs`)).json()) as { jobs: JobResource[] };
  const folders = await readdir(cluster.workspace.root);
  expect(folders.filter((name) => /^[0-9a-f]{24}$/.test(name)).sort()).toEqual(
    all.map((job) => job.id).sort(),
  );
  expect(await readdir(join(cluster.workspace.root, '.incoming'))).toEqual([]);
});

it('shows the possible actions of each job in the results', async () => {
  const id = await cluster.submit(long, 'buttons.mp4');
  const offered = async () => {
    const page = await (await fetch(`${cluster.url}/result`)).text();
    const buttons = ['cancel', 'retry'].filter((what) =>
      page.includes(`action="/${id}/${what}" method="post">`),
    );
    const links = ['download', 'delete'].filter((what) => page.includes(`"/${id}/${what}"`));
    return [...buttons, ...links];
  };
  const press = (what: string, on = `${cluster.url}/result`) =>
    fetch(`${cluster.url}/${id}/${what}`, { method: 'POST', redirect: 'manual', headers: { Referer: on } });
  expect(await offered()).toEqual(['cancel', 'delete']);
  const cancelled = await press('cancel');
  expect([cancelled.status, cancelled.headers.get('location')]).toEqual([303, '/result']);
  const filtered = '/result?status=cancelled';
  expect((await press('retry', cluster.url + filtered)).headers.get('location')).toBe(filtered);
  const elsewhere = await press('cancel', 'https://evil.example/');
  expect(elsewhere.headers.get('location')).toBe('/result');
  expect(await offered()).toEqual(['retry', 'delete']);
  expect((await press('retry')).status).toBe(303);
  expect(await offered()).toEqual(['cancel', 'delete']);
  await remove(id);
});

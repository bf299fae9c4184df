import { once } from 'node:events';
import {
  appendFile,
  mkdir,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobListResource } from '#contract';
import { Cluster } from '../support/cluster';
import { ask, create, openPatch, patch } from '../support/tus';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';
import type { Sent } from './bad-input/send';

// The tus protocol (https://tus.io/protocols/resumable-upload) as bytes on the wire, with interruptions.

let cluster: Cluster;
let folder: string;
let clip: Buffer;
let half: number;

beforeAll(async () => {
  folder = await temporaryFolder();
  const file = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=320x240:r=10:d=2'), ...H264);
  clip = await readFile(file);
  half = Math.floor(clip.length / 2);
  cluster = await Cluster.start({
    replicas: { preprocess: 2, infer: 0, postprocess: 0 },
    // crashes in this test concern uploads, not jobs
    env: { UPLOAD_MAX_BYTES: '9000000000000000', HOUSEKEEPING_MS: '1000', LEFTOVER_MS: '1000' },
  });
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const incoming = () => join(cluster.workspace.root, '.incoming');
/** The job of a complete upload; shows the whole response if there is none. */
const jobOf = (answer: Sent): string => {
  expect(answer).toMatchObject({ headers: { 'boxreel-job': expect.any(String) as string } });
  return String(answer.headers['boxreel-job']);
};
const uploadOf = (path: string) => join(incoming(), path.replace('/api/uploads/', 'upload-'));
const exists = (path: string) => readdir(path).then(Boolean, () => false);

/** Announces the clip. @returns the address of the upload */
async function begin(values: Record<string, string> = { filename: 'clip.mp4' }): Promise<string> {
  const { status, headers } = await create(cluster.url, clip.length, values);
  expect({ status, location: headers.location }).toEqual({
    status: 201,
    location: expect.stringMatching(/^\/api\/uploads\/[0-9a-f]{32}$/) as string,
  });
  return headers.location!;
}

async function jobs(): Promise<JobListResource['jobs']> {
  return ((await (await fetch(`${cluster.url}/api/jobs?limit=500`)).json()) as JobListResource).jobs;
}

/** A PATCH of the clip from `offset` on that stays open after `sent` bytes. */
const open = (url: string, path: string, offset: number, sent: number) =>
  openPatch(url, path, clip, offset, sent);

/** Waits until this many bytes have arrived, on the volume: a request to the server would end the other one. */
async function arrived(path: string, bytes: number): Promise<void> {
  const file = join(uploadOf(path), 'src', 'clip.mp4');
  while ((await readFile(file)).length < bytes) await delay(10);
}

describe('an upload', () => {
  it('announces its protocol', async () => {
    const { status, headers } = await ask(cluster.url, '/api/uploads', 'OPTIONS');
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'tus-resumable': '1.0.0',
      'tus-version': '1.0.0',
      'tus-max-size': '9000000000000000',
      'tus-extension': 'creation,creation-with-upload,expiration,termination',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it('arrives in chunks, becomes a job with its options, and returns the job to later requests', async () => {
    const path = await begin({
      filename: '휴가 1.mp4',
      filetype: 'video/mp4',
      score: '0.3',
      classes: 'person,tv',
    });
    expect(await ask(cluster.url, path)).toMatchObject({
      status: 200,
      headers: { 'upload-offset': '0', 'upload-length': `${clip.length}`, 'cache-control': 'no-store' },
    });
    const first = await patch(cluster.url, path, 0, clip.subarray(0, half));
    expect(first).toMatchObject({ status: 204, headers: { 'upload-offset': `${half}` } });
    expect(Date.parse(String(first.headers['upload-expires'])) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    expect(first.headers['boxreel-job']).toBeUndefined();
    // the other replica continues
    const last = await patch(cluster.urls[1]!, path, half, clip.subarray(half));
    expect(last).toMatchObject({ status: 204, headers: { 'upload-offset': `${clip.length}` } });
    const id = jobOf(last);
    expect(await cluster.job(id)).toMatchObject({
      filename: '휴가 1.mp4',
      options: { score: 0.3, classes: ['person', 'tv'], frameStep: 1 },
    });
    expect(await readFile(cluster.workspace.path(id, 'src', '휴가 1.mp4'))).toEqual(clip);

    const again = [
      await ask(cluster.urls[0]!, path),
      await ask(cluster.urls[1]!, path),
      await patch(cluster.url, path, clip.length, Buffer.alloc(0)),
    ];
    expect(again.map(jobOf)).toEqual([id, id, id]);
    expect(again.map(({ headers }) => headers['upload-offset'])).toEqual(Array(3).fill(`${clip.length}`));
    expect((await jobs()).filter(({ filename }) => filename === '휴가 1.mp4')).toHaveLength(1);
    const removal = await ask(cluster.url, path, 'DELETE');
    expect(removal).toMatchObject({
      status: 409,
      message: `This upload is complete: cancel job ${id} instead.`,
    });
    expect(await readdir(join(uploadOf(path), 'src'))).toEqual([]);
  });

  it('can be sent with the request that announces it', async () => {
    const headers = { 'Content-Type': 'application/offset+octet-stream' };
    const answer = await create(cluster.url, clip.length, { filename: 'at-once.mp4' }, headers, clip);
    expect(answer).toMatchObject({ status: 201, headers: { 'upload-offset': `${clip.length}` } });
    expect(await cluster.job(jobOf(answer))).toMatchObject({ filename: 'at-once.mp4' });
  });

  it('cannot be downloaded, and is removed when it is cancelled', async () => {
    const path = await begin();
    await patch(cluster.url, path, 0, clip.subarray(0, half));
    expect(await ask(cluster.url, path, 'GET')).toMatchObject({
      ...{
        status: 405,
        code: 'METHOD_NOT_ALLOWED',
        message: expect.stringContaining('use HEAD, PATCH, DELETE.') as string,
      },
    });
    expect((await ask(cluster.urls[1]!, path, 'DELETE')).status).toBe(204);
    expect(await exists(uploadOf(path))).toBe(false);
    for (const answer of [
      await ask(cluster.url, path, 'DELETE'),
      await patch(cluster.url, path, half, clip.subarray(half)),
    ])
      expect(answer).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('with the idempotencyKey of an earlier upload returns the same job; with a different file, it is refused', async () => {
    const send = async (values: Record<string, string>) => {
      const path = await begin({ idempotencyKey: 'film-7', ...values });
      return { path, answer: await patch(cluster.url, path, 0, clip) };
    };
    const [one, two] = [await send({ filename: 'film.mp4' }), await send({ filename: 'film.mp4' })];
    expect(jobOf(two.answer)).toBe(jobOf(one.answer));
    expect(jobOf(await ask(cluster.url, two.path))).toBe(jobOf(one.answer));
    const other = await send({ filename: 'other.mp4' });
    expect(other.answer).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await ask(cluster.url, other.path)).status).toBe(404);
  });
});

describe('a dropped connection', () => {
  it('loses no received bytes, and leaves no file open', async () => {
    const path = await begin({ filename: 'clip.mp4', score: '0.9' });
    for (const [from, to] of [
      [0, 3000],
      [3000, half],
    ] as const) {
      const socket = open(cluster.url, path, from, to - from);
      await arrived(path, to);
      socket.resetAndDestroy();
      while ((await openFiles()).length > 0) await delay(10);
      expect((await ask(cluster.url, path)).headers['upload-offset']).toBe(`${to}`);
    }
    expect(await patch(cluster.url, path, 0, clip)).toMatchObject({ status: 409, code: 'CONFLICT' });
    const last = await patch(cluster.url, path, half, clip.subarray(half));
    expect(await readFile(cluster.workspace.path(jobOf(last), 'src', 'clip.mp4'))).toEqual(clip);
  });

  it('is replaced when its client reconnects before the drop is noticed', async () => {
    const path = await begin();
    const old = open(cluster.url, path, 0, half);
    await arrived(path, half);
    const answered = once(old, 'data');
    expect((await ask(cluster.url, path)).headers['upload-offset']).toBe(`${half}`);
    expect(String((await answered)[0])).toMatch(/^HTTP\/1.1 204 /);
    const last = await patch(cluster.url, path, half, clip.subarray(half));
    expect(last.status).toBe(204);
    old.destroy();
    expect(await readFile(cluster.workspace.path(jobOf(last), 'src', 'clip.mp4'))).toEqual(clip);
  });

  it('has no effect if the old connection was still alive when its client reconnects to another replica', async () => {
    const path = await begin({ filename: 'clip.mp4', score: '0.8' });
    const old = open(cluster.urls[0]!, path, 0, half);
    await arrived(path, half);
    expect((await ask(cluster.urls[1]!, path)).headers['upload-offset']).toBe(`${half}`);
    const middle = half + Math.floor(half / 2);
    expect((await patch(cluster.urls[1]!, path, half, clip.subarray(half, middle))).status).toBe(204);
    old.write(clip.subarray(half, middle)); // again
    const last = await patch(cluster.urls[1]!, path, middle, clip.subarray(middle));
    const answered = once(old, 'data');
    old.write(clip.subarray(middle)); // into the file that is now the source of a job
    expect(String((await answered)[0]).toLowerCase()).toContain(`boxreel-job: ${jobOf(last)}`);
    old.destroy();
    expect(await readFile(cluster.workspace.path(jobOf(last), 'src', 'clip.mp4'))).toEqual(clip);
  });

  /** Files of uploads that a preprocess replica has open. */
  async function openFiles(): Promise<string[]> {
    const all = cluster.processes.preprocess.map(async ({ pid }) => {
      const fds = await readdir(`/proc/${pid}/fd`);
      return Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    });
    return (await Promise.all(all)).flat().filter((file) => file.startsWith(incoming()));
  }
});

describe('a crash or stop', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'by %s during an upload keeps the received bytes',
    async (signal) => {
      const path = await begin({ filename: 'clip.mp4', frameStep: signal === 'SIGTERM' ? '2' : '3' });
      const socket = open(cluster.urls[1]!, path, 0, half);
      await arrived(path, half);
      const [before, closed] = [cluster.ends.length, once(socket, 'close')];
      process.kill(cluster.processes.preprocess[1]!.pid!, signal);
      await closed;
      while (cluster.ends.length === before) await delay(10);
      if (signal === 'SIGTERM') expect(cluster.ends.at(-1)).toBe('preprocess: exit code 0');
      expect((await ask(cluster.url, path)).headers['upload-offset']).toBe(`${half}`);
      const last = await patch(cluster.url, path, half, clip.subarray(half));
      expect(await readFile(cluster.workspace.path(jobOf(last), 'src', 'clip.mp4'))).toEqual(clip);
      while (!(await fetch(`${cluster.urls[1]!}/readyz`).catch(() => undefined))?.ok) await delay(50);
    },
  );

  it('after the last byte still creates exactly one job on the next request', async () => {
    const path = await begin({ filename: 'crashed.mp4' });
    await appendFile(join(uploadOf(path), 'src', 'crashed.mp4'), clip);
    const answers = await Promise.all(cluster.urls.flatMap((url) => [ask(url, path), ask(url, path)]));
    expect(new Set(answers.map(jobOf)).size).toBe(1);
    expect((await jobs()).filter(({ filename }) => filename === 'crashed.mp4')).toHaveLength(1);
    expect((await patch(cluster.url, path, clip.length, Buffer.alloc(0))).status).toBe(204);
  });
});

describe('an unfinished upload', () => {
  it('is removed a day after its last byte, later than other leftovers', async () => {
    const [young, old] = [await begin(), await begin()];
    const left = join(incoming(), 'left-behind');
    await mkdir(left);
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    for (const [path, hours] of [
      [uploadOf(young), 23],
      [uploadOf(old), 25],
      [left, 23],
    ] as const) {
      for (const part of ['src/clip.mp4', 'src', '']) {
        await utimes(join(path, part), ago(hours), ago(hours)).catch(() => undefined);
      }
    }
    while ((await exists(uploadOf(old))) || (await exists(left))) await delay(50);
    expect((await ask(cluster.url, old)).status).toBe(404);
    expect((await ask(cluster.url, young)).status).toBe(200);
    await ask(cluster.url, young, 'DELETE');
  });

  it('waits while the volume is full', async () => {
    const path = await begin();
    const file = join(uploadOf(path), 'src', 'clip.mp4');
    await patch(cluster.url, path, 0, clip.subarray(0, half));
    await rename(file, join(folder, 'aside'));
    const full = `/dev/${'./'.repeat(1500)}full`; // as long as the record of a probed file
    await symlink(full, file);
    const answer = await patch(cluster.url, path, full.length, clip.subarray(full.length));
    expect(answer).toMatchObject({ status: 507, code: 'VOLUME_FULL' });
    expect(answer.message).toMatch(/The part that has arrived is kept/);
    await rename(join(folder, 'aside'), file);
    expect((await patch(cluster.url, path, half, clip.subarray(half))).status).toBe(204);
  });
});

it('refuses an upload immediately if it does not fit on the volume', async () => {
  const answer = await create(cluster.url, 8e15);
  expect(answer).toMatchObject({ status: 507, code: 'VOLUME_FULL' });
  expect(answer.message).toMatch(/^The volume has \d+ MB left, but 80000005\d\d MB are needed/);
});

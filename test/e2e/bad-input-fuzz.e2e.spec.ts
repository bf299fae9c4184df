import { once } from 'node:events';
import { readFile, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { JobListResource } from '#contract';
import { STATUSES } from '#jobs';
import { LEASE_TOKEN_HEADER } from '#stage';
import { Cluster } from '../support/cluster';
import { ask, create, patch } from '../support/tus';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';
import { Random } from './bad-input/random';
import { BOUNDARY, fieldPart, filePart, form, send, upload, type Part, type Sent } from './bad-input/send';

// Random bad input: broken forms, broken videos and broken reports, from a seed. BOXREEL_FUZZ_CASES sets the number of
// cases, BOXREEL_FUZZ_SEED the seed; a failure names the seed of its case.

const CASES = Number(process.env.BOXREEL_FUZZ_CASES ?? 150);
const SEED = Number(process.env.BOXREEL_FUZZ_SEED ?? 1);

/** Longer than any response takes, even on a busy machine. */
const HANG_MS = 60_000;

jest.setTimeout(120_000 + CASES * 1000);

let cluster: Cluster;
let folder: string;
let clip: Buffer;
let pid: number | undefined;

beforeAll(async () => {
  folder = await temporaryFolder();
  const file = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=64x48:r=5:d=0.4'), ...H264);
  clip = await readFile(file);
  cluster = await Cluster.start({
    replicas: { infer: 0, postprocess: 0 },
    env: { UPLOAD_MAX_BYTES: '100000', VIDEO_MAX_FRAMES: '1000', MAX_ATTEMPTS: '1' },
  });
  pid = cluster.processes.preprocess[0]?.pid;
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const seeds = Array.from({ length: CASES }, (_, n) => SEED * 1_000_003 + n);

/** Expects a response in time, from our code: no server error, and errors in the format of the API. */
async function expectAnswer(seed: number, answering: Promise<Sent>): Promise<Sent> {
  const hanging = new Promise<never>((_, reject) => {
    setTimeout(reject, HANG_MS, new Error('no response')).unref();
  });
  const answer = await Promise.race([answering, hanging]).catch((error: unknown) => {
    throw new Error(`seed ${seed}: ${String(error)}`);
  });
  const { status, body, code, message } = answer;
  // a HEAD has no body
  const clear = status < 400 || body === '' || (code !== undefined && message !== undefined);
  expect({ seed, status, clear, body }).toEqual({ seed, status, clear: true, body });
  if (status >= 500) throw new Error(`seed ${seed}: ${status} ${body}`);
  return answer;
}

/** What to break in an upload: one thing at a time gets further than all together. */
type Focus = 'video' | 'fields' | 'form';

function fuzzedParts(random: Random, focus: Focus): Part[] {
  const name = random.pick([
    'a.mp4',
    '../a.mp4',
    random.text(20).replaceAll('"', ''),
    'é\u202e한🎬.mp4',
    '.',
  ]);
  if (focus === 'video') return [filePart(name, random.mutate(clip))];
  const fields = Array.from({ length: random.below(4) }, () =>
    fieldPart(
      random.pick(['score', 'classes', 'model', '__proto__', 'a[b][]', '', 'x'.repeat(random.below(3000))]),
      random.pick(['', '0.5', 'person', random.text(random.below(200)), 'x'.repeat(random.below(40_000))]),
    ),
  );
  const file = filePart(name, clip, random.pick(['file', 'file', 'file', 'files', 'file[]']));
  return random.pick([[...fields, file], [file, ...fields], [file, file], fields]);
}

async function fuzzUpload(seed: number): Promise<number> {
  const random = new Random(seed);
  const focus = random.pick<Focus>(['video', 'video', 'fields', 'form']);
  const whole = form(...fuzzedParts(random, focus));
  const body = focus === 'form' ? random.mutate(whole) : whole;
  const boundary =
    random.below(focus === 'form' ? 5 : 1e9) === 0 ? random.text(random.below(80)).trim() : BOUNDARY;
  const type = random.below(20) === 0 ? 'multipart/mixed' : 'multipart/form-data';
  const headers = {
    'Content-Type': `${type}; boundary=${boundary}`,
    ...(random.below(4) === 0 && { 'Transfer-Encoding': 'chunked' }),
  };
  const answer = await expectAnswer(seed, upload(cluster.url, body, headers));
  if (answer.status === 201 && random.below(2) === 0) {
    const { id } = JSON.parse(answer.body) as { id: string };
    await expectAnswer(seed, send(cluster.url, `/api/jobs/${id}`, { method: 'DELETE' }));
  }
  return answer.status;
}

/** Sends a part of an upload, then closes or resets the connection. */
async function fuzzBrokenLine(seed: number): Promise<void> {
  const random = new Random(seed);
  const { hostname, port } = new URL(cluster.url);
  const body = form(...fuzzedParts(random, random.pick<Focus>(['video', 'fields'])));
  const sent = body.subarray(0, random.below(body.length));
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined).resume();
  const type = `Content-Type: multipart/form-data; boundary=${BOUNDARY}`;
  socket.write(`POST /api/jobs HTTP/1.1\r\nHost: x\r\n${type}\r\nContent-Length: ${body.length}\r\n\r\n`);
  await new Promise((resolve) => socket.write(sent, resolve));
  const closed = once(socket, 'close');
  if (random.below(2) === 0) socket.end();
  else socket.resetAndDestroy();
  await closed;
}

async function fuzzTimeline(seed: number, ids: readonly string[]): Promise<void> {
  const random = new Random(seed);
  const id = random.pick([
    random.pick(ids),
    random.bytes(12).toString('hex'),
    encodeURIComponent(random.text(1 + random.below(30))),
    random.text(1 + random.below(30)).replaceAll(/[ #?]/g, ''),
    'f'.repeat(random.below(12_000)), // below the 16 KiB of headers that Node reads,
  ]);
  const status = random.pick([
    ...STATUSES,
    'ENQUEUE_COMPLETE',
    random.text(8).replaceAll(/[ #?]/g, ''),
    '__proto__',
  ]);
  const body = random.pick(['', '', '{}', '{"a":', random.text(100), 'x'.repeat(random.below(300_000))]);
  const headers = {
    ...(random.below(2) === 0 && { [LEASE_TOKEN_HEADER]: random.text(random.below(60)).trim() || 'x' }),
    ...(body !== '' && {
      'Content-Length': Buffer.byteLength(body),
      'Content-Type': random.pick([
        'application/json',
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        random.text(9).trim() || 'x',
      ]),
    }),
  };
  const method = random.pick(['PUT', 'PUT', 'PUT', 'GET', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);
  await expectAnswer(seed, send(cluster.url, `/requestid/${id}/status/${status}`, { method, headers, body }));
}

/** A resumable upload in which something random is wrong. */
async function fuzzPieces(seed: number): Promise<number> {
  const random = new Random(seed);
  const rarely = <Value>(good: Value, ...bad: Value[]) => (random.below(4) === 0 ? random.pick(bad) : good);
  const video = rarely(
    clip,
    random.mutate(clip),
    random.bytes(3000),
    clip.subarray(0, random.below(clip.length)),
  );
  const values = {
    filename: rarely('a.mp4', '../a.mp4', random.text(20), ''),
    ...(random.below(4) === 0 && { [random.pick(['score', 'classes', 'x'])]: random.text(random.below(60)) }),
  };
  const headers = {
    'Tus-Resumable': rarely('1.0.0', '0.2.2', random.text(5).trim() || 'x'),
    ...(random.below(6) === 0 && { 'Upload-Metadata': random.text(30).trim() || 'x' }),
    ...(random.below(9) === 0 && { 'Upload-Concat': 'partial' }),
  };
  const size = rarely<number>(video.length, random.below(200_000), -1, 0.5, 0);
  const begun = await expectAnswer(seed, create(cluster.url, size, values, headers));
  const path = begun.headers.location;
  if (path === undefined) return begun.status;
  let status = 0;
  for (let at = 0; at < video.length;) {
    const end = Math.min(video.length, at + 1 + random.below(video.length));
    const offset = rarely(at, random.below(video.length), -1);
    const length = rarely({}, { 'Content-Length': '', 'Transfer-Encoding': 'chunked' });
    const sending = patch(cluster.url, path, offset, video.subarray(at, end), length);
    ({ status } = await expectAnswer(seed, sending));
    if (status === 204) at = end;
    else if (random.below(3) === 0 || status !== 409) break;
  }
  await expectAnswer(seed, ask(cluster.url, path));
  await expectAnswer(seed, ask(cluster.url, path, 'DELETE'));
  return status;
}

async function allJobs(): Promise<JobListResource['jobs']> {
  const jobs: JobListResource['jobs'] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = (await (await fetch(`${cluster.url}/api/jobs?limit=500${query}`)).json()) as JobListResource;
    jobs.push(...page.jobs);
    cursor = page.nextCursor;
  }
  return jobs;
}

it(`responds to ${CASES} broken uploads, processes accepted ones and removes refused ones`, async () => {
  const answers = new Set<number>();
  for (const seed of seeds) answers.add(await fuzzUpload(seed));
  // with fewer kinds of responses the cases would be too similar
  if (CASES >= 100) expect([...answers].sort()).toEqual(expect.arrayContaining([201, 400, 413, 422]));
  for (const seed of seeds.slice(0, CASES / 3)) await fuzzBrokenLine(seed);

  const arriving = () => readdir(join(cluster.workspace.root, '.incoming')).catch(() => []);
  while ((await arriving()).length > 0) await new Promise(setImmediate);
  for (const { id } of await allJobs()) {
    const done = await cluster.until(id, ({ status }) => /^(PREPROCESSING_COMPLETE|.*_ERROR)$/.test(status));
    expect(done.error?.code ?? 'none').not.toMatch(/INTERNAL|UNEXPECTED|ATTEMPTS_EXHAUSTED/);
  }
  const folders = (await readdir(cluster.workspace.root)).filter((name) => !name.startsWith('.'));
  expect(folders.sort()).toEqual((await allJobs()).map(({ id }) => id).sort());
  expect(cluster.processes.preprocess[0]?.pid).toBe(pid); // a crashed process would have another pid
});

it(`responds to ${CASES} broken resumable uploads and removes refused ones`, async () => {
  const answers = new Set<number>();
  for (const seed of seeds) answers.add(await fuzzPieces(seed));
  if (CASES >= 100) expect([...answers].sort()).toEqual(expect.arrayContaining([204, 400, 412, 413, 415]));
  const incoming = join(cluster.workspace.root, '.incoming');
  for (const folder of await readdir(incoming)) {
    expect(await readdir(join(incoming, folder, 'src'))).toEqual([]); // the file became a job
  }
  expect(cluster.processes.preprocess[0]?.pid).toBe(pid);
});

it(`responds to ${CASES} broken reports to the timeline`, async () => {
  const id = await cluster.submit(join(folder, 'clip.mp4'));
  for (const seed of seeds) await fuzzTimeline(seed, [id]);
  expect(cluster.processes.preprocess[0]?.pid).toBe(pid);
});

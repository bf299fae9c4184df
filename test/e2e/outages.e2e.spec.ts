import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, type ServiceName } from '../support/cluster';
import { H264, ffmpeg, source, streams, temporaryFolder } from '../support/video';

/** Several leases long. */
const OUTAGE_MS = Number(process.env['OUTAGE_S'] ?? 5) * 1000;

jest.setTimeout(120_000 + 4 * OUTAGE_MS);

let folder: string;
let clip: string;
let cluster: Cluster;
/** Length of the log when the test began. */
let logBefore: number;

beforeAll(async () => {
  folder = await temporaryFolder();
  clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=320x240:r=25:d=12'), ...H264);
  cluster = await Cluster.start({ env: { LEASE_MS: '2000', MAX_ATTEMPTS: '5', RETRY_DELAY_MS: '100' } });
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  logBefore = (await cluster.output()).length;
});

/** Freezes a process for a while: it keeps its connections, but does not respond. */
async function freeze(name: ServiceName | 'database', work: () => Promise<void>): Promise<void> {
  const { pid } = cluster.victims().find((victim) => victim.name === name)!;
  process.kill(pid!, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(pid!, 'SIGCONT');
  }
}

const readiness = async (name: ServiceName) => (await fetch(`${cluster.addresses[name][0]!}/readyz`)).status;

async function expectDone(id: string): Promise<void> {
  expect(await cluster.finished(id)).toMatchObject({ status: 'POSTPROCESSING_COMPLETE', error: null });
  expect((await streams(cluster.workspace.target(id)))[0]).toMatchObject({ nb_frames: '300' });
  const log = await cluster.output();
  for (const status of ['PREPROCESSING_COMPLETE', 'INFERENCING_COMPLETE', 'POSTPROCESSING_COMPLETE']) {
    expect(log.match(new RegExp(`Job ${id}: ${status}$`, 'gm'))).toHaveLength(1);
  }
}

/** How often all services together logged a line during the test. */
async function logged(line: RegExp): Promise<number> {
  return (await cluster.output()).slice(logBefore).match(new RegExp(line, 'g'))?.length ?? 0;
}

it('the database freezes during a job: services log it once, wait, and continue', async () => {
  const id = await cluster.submit(clip);
  await cluster.until(id, ({ status, progress }) => status === 'INFERENCING' && (progress?.done ?? 0) > 0);
  await freeze('database', async () => {
    await delay(OUTAGE_MS);
    expect(await readiness('infer')).toBe(503);
    expect(await readiness('preprocess')).toBe(503);
  });
  await expectDone(id);
  expect(await logged(/Cannot claim jobs from the database/)).toBeLessThanOrEqual(6); // three services: failure and recovery
  expect(await readiness('infer')).toBe(200);
});

it('the timeline freezes during a job: infer waits with its results', async () => {
  const id = await cluster.submit(clip);
  await cluster.until(id, ({ status }) => status === 'INFERENCING');
  await freeze('preprocess', () => delay(OUTAGE_MS));
  await expectDone(id);
  expect(await logged(/Cannot reach the timeline/)).toBeLessThanOrEqual(4);
});

it('a replica freezes during a job: another takes over; after it resumes, the frozen one changes nothing', async () => {
  await cluster.stop();
  cluster = await Cluster.start({ replicas: { infer: 2 }, env: { LEASE_MS: '2000', RETRY_DELAY_MS: '100' } });
  logBefore = 0;
  const id = await cluster.submit(clip);
  await cluster.until(id, ({ status, progress }) => status === 'INFERENCING' && (progress?.done ?? 0) > 0);
  const [, pid] = new RegExp(`\\[infer\\] (\\d+)[^\\n]*Job ${id}: INFERENCING \\(`).exec(
    await cluster.output(),
  )!;
  process.kill(Number(pid), 'SIGSTOP');
  try {
    await expectDone(id);
  } finally {
    process.kill(Number(pid), 'SIGCONT');
  }
  while ((await logged(/The results of this worker are discarded/)) === 0) await delay(50);
  await expectDone(id);
});

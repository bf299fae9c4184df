import { execFileSync } from 'node:child_process';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobResource } from '#contract';
import { Cluster, type ServiceName } from '../support/cluster';
import { H264, ffmpeg, source, streams, temporaryFolder } from '../support/video';

/** Size of the volume in bytes: several videos of the test. */
const SIZE = 200 * 2 ** 20;

/** Several leases long. */
const OUTAGE_MS = Number(process.env['OUTAGE_S'] ?? 3) * 1000;

jest.setTimeout(120_000 + 4 * OUTAGE_MS);

const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: 'ignore' });

const mayMount = (() => {
  try {
    run('unshare', '-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');
    return true;
  } catch {
    return false;
  }
})();

let folder: string;
let clip: string;
let volume: string;
let cluster: Cluster;
/** Length of the log when the test began. */
let logged: number;

(mayMount ? describe : describe.skip)('the volume (skipped without the right to mount)', () => {
  beforeAll(async () => {
    folder = await temporaryFolder();
    clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=640x360:r=25:d=6'), ...H264);
    volume = join(folder, 'volume');
    await mkdir(volume, { recursive: true });
    run('mount', '-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', volume);
    cluster = await Cluster.start({
      volume,
      env: {
        AVI_CODEC: 'h264',
        MIN_FREE_MB: '4',
        LEASE_MS: '2000',
        MAX_ATTEMPTS: '2',
        RETRY_DELAY_MS: '100',
      },
    });
  });
  afterAll(async () => {
    await cluster.stop();
    run('umount', '-R', volume);
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    logged = (await cluster.output()).length;
  });
  afterEach(async () => {
    const { jobs } = (await (await fetch(`${cluster.url}/api/jobs`)).json()) as { jobs: JobResource[] };
    for (const { id } of jobs) await fetch(`${cluster.url}/api/jobs/${id}`, { method: 'DELETE' });
  });

  const readiness = async (name: ServiceName) =>
    (await fetch(`${cluster.addresses[name][0]!}/readyz`)).status;

  const untilBusy = (id: string, status: string) => cluster.until(id, (job) => job.status === status);

  /** The job waits for the volume: it was released, or has just advanced and not been claimed. */
  const untilWaiting = (id: string) =>
    cluster.until(id, ({ status, error }) => error?.code === 'VOLUME_FAULT' || status.endsWith('_COMPLETE'));

  /** Expects the job to be done in its first counted attempt, with few log lines. */
  async function expectDone(id: string): Promise<void> {
    expect(await cluster.finished(id)).toMatchObject({ status: 'POSTPROCESSING_COMPLETE', error: null });
    expect((await streams(cluster.workspace.target(id)))[0]).toMatchObject({ nb_frames: '150' });
    const log = (await cluster.output()).slice(logged);
    expect(log).not.toMatch(/attempt 2\)/);
    expect(log.match(/The volume is unusable/g)!.length).toBeLessThanOrEqual(16); // three stages and the MP4s, at most twice each
  }

  /** Fills the volume, except for a little, during the outage. */
  async function whileFull(waits: () => Promise<unknown>, work: () => Promise<void>): Promise<void> {
    const ballast = (n: number) => join(volume, '.incoming', `ballast${n}`);
    const fill = (n: number) => expect(writeFile(ballast(n), Buffer.alloc(SIZE))).rejects.toThrow('ENOSPC');
    await fill(0);
    await waits();
    await fill(1); // the space of the attempt is free again
    await work();
    await delay(OUTAGE_MS);
    for (const n of [0, 1]) await rm(ballast(n));
  }

  it.each(['PREPROCESSING', 'INFERENCING', 'POSTPROCESSING'])(
    'is full during %s: the job waits and continues, without losing attempts',
    async (status) => {
      const id = await cluster.submit(clip);
      await untilBusy(id, status);
      const waits = () => untilWaiting(id);
      await whileFull(waits, async () => {
        expect(await readiness('infer')).toBe(503);
        expect(await readiness('postprocess')).toBe(503);
        expect(await readiness('preprocess')).toBe(503); // no byte can be written
        const refused = await cluster.upload(clip);
        expect([refused.status, await refused.json()]).toMatchObject([
          507,
          { error: { code: 'VOLUME_FULL' } },
        ]);
      });
      await expectDone(id);
      expect(await readiness('infer')).toBe(200);
    },
  );

  it('has less space than the reserve: no job starts, but pages can still delete jobs', async () => {
    const ballast = join(volume, '.incoming', 'ballast');
    const id = await cluster.submit(clip);
    await cluster.finished(id);
    await writeFile(ballast, Buffer.alloc(SIZE - 3_000_000 - (await used())));
    expect(await readiness('preprocess')).toBe(200);
    expect(await readiness('infer')).toBe(503);
    const refused = await cluster.upload(clip);
    expect([refused.status, await refused.json()]).toMatchObject([
      507,
      { error: { code: 'VOLUME_FULL', message: expect.stringContaining('MIN_FREE_MB') as string } },
    ]);
    expect((await fetch(`${cluster.url}/api/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
    const next = await cluster.submit(clip); // into the space of the first
    await rm(ballast);
    expect(await cluster.finished(next)).toMatchObject({ status: 'POSTPROCESSING_COMPLETE' });
  });

  it.each(['PREPROCESSING', 'INFERENCING', 'POSTPROCESSING'])(
    'becomes read-only during %s: the job waits and continues',
    async (status) => {
      const id = await cluster.submit(clip);
      await untilBusy(id, status);
      run('mount', '-o', 'bind,ro', volume, volume); // open files stay open, as when a disk fails
      await untilWaiting(id);
      expect(await readiness('preprocess')).toBe(503);
      expect(await readiness('infer')).toBe(503);
      expect((await cluster.upload(clip)).status).toBe(507);
      await delay(OUTAGE_MS);
      run('umount', '-l', volume);
      await expectDone(id);
    },
  );

  it('is hidden by another mount during a job: nothing counts as lost', async () => {
    const id = await cluster.submit(clip);
    await untilBusy(id, 'INFERENCING');
    run('mount', '-t', 'tmpfs', 'tmpfs', volume); // an empty folder, as after a node has lost its mount
    await untilWaiting(id);
    expect(await readiness('infer')).toBe(503);
    const refused = await cluster.upload(clip);
    expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'VOLUME_GONE' } }]);
    run('umount', '-l', volume);
    await expectDone(id);
  });
});

/** Bytes used on the volume. */
async function used(): Promise<number> {
  const { blocks, bfree, bsize } = await statfs(volume);
  return (blocks - bfree) * bsize;
}

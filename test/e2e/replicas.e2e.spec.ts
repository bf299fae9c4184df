import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { STAGES, STAGE_NAMES } from '#jobs';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, streams, temporaryFolder } from '../support/video';

jest.setTimeout(180_000);

const JOBS = 12;

let folder: string;
let cluster: Cluster;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({ replicas: 2, env: { LEASE_MS: '3000' } });
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

async function clip(seconds: number, size = '320x240'): Promise<string> {
  return ffmpeg(join(folder, `${seconds}.mp4`), ...source(`testsrc2=s=${size}:r=10:d=${seconds}`), ...H264);
}

it('two replicas of each service process 12 jobs, each stage of each job exactly once', async () => {
  const video = await clip(1);
  const ids = await Promise.all([...Array(JOBS).keys()].map((n) => cluster.submit(video, `clip ${n}.mp4`)));
  const jobs = await Promise.all(ids.map((id) => cluster.finished(id)));
  expect(jobs.map(({ status }) => status)).toEqual(Array(JOBS).fill('POSTPROCESSING_COMPLETE'));

  const log = await cluster.output();
  for (const id of ids) {
    for (const stage of STAGE_NAMES) {
      const { running, done } = STAGES[stage];
      expect(log.split(`Job ${id}: ${running} (attempt`)).toHaveLength(2);
      expect(log.split(`Job ${id}: ${done}\n`)).toHaveLength(2);
    }
    expect((await streams(cluster.workspace.target(id)))[0]).toMatchObject({ nb_frames: '10' });
  }
});

it('a job whose infer process is killed is finished after its lease expires', async () => {
  const id = await cluster.submit(await clip(40));
  await cluster.until(id, ({ status, progress }) => status === 'INFERENCING' && (progress?.done ?? 0) > 0);
  for (const service of cluster.processes.infer) process.kill(service.pid!, 'SIGKILL');
  const job = await cluster.finished(id);
  expect(job.status).toBe('POSTPROCESSING_COMPLETE');
  expect(await cluster.output()).toContain(`Job ${id}: INFERENCING (attempt 2)`);
  expect((await streams(cluster.workspace.target(id)))[0]).toMatchObject({ nb_frames: '400' });
});

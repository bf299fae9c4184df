import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DetectionsResource, JobResource } from '#contract';
import { COMPLETE_STATUS, isFinal } from '#jobs';
import { PREVIEW_VIDEO, folderBytes } from '#workspace';
import { POLL_MAX_MS, POLL_MIN_MS } from '../../../../scripts/start/system';
import { Cluster } from '../../../../test/support/cluster';
import { cpuMs } from '../processes';
import { THRESHOLDS, sum, type Run, type Stage } from '../run';

/** Settings of the services that differ between variants. */
export interface Settings {
  readonly ARTIFACTS?: 'full' | 'lean';
  readonly AVI_CODEC?: 'mjpeg' | 'mpeg4';
  readonly PREVIEW?: 'on-demand' | 'eager';
  readonly PRECISION?: 'auto' | 'fp32' | 'int8';
}

/** Times come from the job's record, so infrequent polling loses no accuracy and saves CPU time of the services. */
const POLL_INTERVAL_MS = 250;

/** Starts the three services as `npm start` does, with the bench's thresholds. */
export function startServices(settings: Settings = {}): Promise<Cluster> {
  return Cluster.start({
    env: {
      ...settings,
      SCORE_THRESHOLD: String(THRESHOLDS.score),
      MAX_DETECTIONS: String(THRESHOLDS.max),
      INFER_INSTANCES: String(availableParallelism()),
      POLL_MIN_MS: String(POLL_MIN_MS),
      POLL_MAX_MS: String(POLL_MAX_MS),
    },
  });
}

/** The process id of a service. */
export function pidOf(cluster: Cluster, stage: Stage): number {
  const pid = cluster.processes[stage][0]?.pid;
  if (pid === undefined) throw new Error(`${stage} is not running.`);
  return pid;
}

/** Uploads a video and waits until its job is complete. @throws if it fails */
export async function complete(cluster: Cluster, video: string): Promise<JobResource> {
  const id = await cluster.submit(video);
  for (;;) {
    const job = await cluster.job(id);
    if (job.status === COMPLETE_STATUS) return job;
    if (isFinal(job.status)) throw new Error(`${job.status}: ${job.error?.message ?? ''}`);
    await delay(POLL_INTERVAL_MS);
  }
}

/** Processes one video with new services, after a short one as warm-up. */
export async function runBoxreel(
  settings: Settings,
  videos: { warmUp: string; video: string },
  databasePid: number,
): Promise<Run> {
  const cluster = await startServices(settings);
  try {
    await complete(cluster, videos.warmUp);
    const readCpu = () => ({
      preprocess: cpuMs(pidOf(cluster, 'preprocess')),
      infer: cpuMs(pidOf(cluster, 'infer')),
      postprocess: cpuMs(pidOf(cluster, 'postprocess')),
      database: cpuMs(databasePid),
    });
    const before = readCpu();
    const job = await complete(cluster, videos.video);
    const after = readCpu();
    const used = {
      preprocess: after.preprocess - before.preprocess,
      infer: after.infer - before.infer,
      postprocess: after.postprocess - before.postprocess,
      database: after.database - before.database,
    };
    return {
      frames: job.video?.frames ?? NaN,
      boxes: await countBoxes(cluster, job),
      aviBytes: await sizeOf(cluster.workspace.target(job.id)),
      mp4Bytes: await sizeOf(cluster.workspace.path(job.id, 'preview', PREVIEW_VIDEO)),
      keptBytes: await folderBytes(join(cluster.workspace.root, job.id)),
      precision: job.precision ?? 'fp32',
      seconds: {
        preprocess: job.durations.preprocess ?? NaN,
        infer: job.durations.infer ?? NaN,
        postprocess: job.durations.postprocess ?? NaN,
        total: job.durations.total ?? NaN,
      },
      cpuMs: { ...used, total: sum(Object.values(used)) },
    };
  } finally {
    await cluster.stop();
  }
}

/** 0 if the file does not exist. */
async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

async function countBoxes({ url }: Cluster, job: JobResource): Promise<number> {
  const answer = await fetch(url + job.links.detections);
  const { frames } = (await answer.json()) as DetectionsResource;
  return sum(frames.map(({ boxes }) => boxes.length));
}

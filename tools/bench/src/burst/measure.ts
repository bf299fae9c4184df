import type { JobResource } from '#contract';
import { Cluster } from '../../../../test/support/cluster';
import { makeClip } from '../clip';
import type { Options } from '../options';
import { table } from '../report';
import { STAGES } from '../run';
import { spread } from '../statistics';
import { fixed } from './scaler';
import { simulate } from './simulate';

/** Small frames and the detector on one core make infer the bottleneck. */
const SIZE = { width: 320, height: 240 };
const FRAMES = 60;

/** A real burst of short clips, with one replica of infer and with two; each has one core. */
export async function measureBurst(folder: string, options: Options): Promise<object> {
  const clip = await makeClip(folder, 'burst.mp4', SIZE, FRAMES);
  const results = [];
  for (const replicas of [1, 2]) results.push(await run(clip, replicas, options));
  console.log(`\nMeasured: ${options.videos} clips of ${FRAMES} frames of 320x240\n`);
  console.log(
    table(
      ['replicas of infer', 'drained, s', 'simulated, s', ...STAGES.map((name) => `${name}, s`)],
      results.map(({ replicas, seconds, simulated, stageSeconds }) => [
        String(replicas),
        seconds.toFixed(1),
        simulated.toFixed(1),
        ...stageSeconds.map((each) => each.toFixed(2)),
      ]),
    ),
  );
  return { results };
}

async function run(clip: string, replicas: number, { videos }: Options) {
  const cluster = await Cluster.start({
    replicas: { infer: replicas },
    env: { INFER_INSTANCES: '1' },
  });
  try {
    const ids: string[] = [];
    for (let n = 0; n < videos; n++) ids.push(await cluster.submit(clip));
    const jobs: JobResource[] = [];
    for (const id of ids) jobs.push(await finished(cluster, id));
    const stageSeconds = STAGES.map((stage) => spread(jobs.map((job) => job.durations[stage] ?? NaN)).median);
    const start = Math.min(...jobs.map(({ times }) => at(times.PROCESS_START)));
    const end = Math.max(...jobs.map(({ times }) => at(times.PROCESS_END)));
    const stages = STAGES.map((name, index) => ({
      ...{ name, startSeconds: 0, graceSeconds: 0, secondsPerJob: stageSeconds[index] ?? NaN },
      scaler: fixed(name === 'infer' ? replicas : 1),
    }));
    const simulated = simulate(videos, stages, 0.01)?.drainedAt ?? NaN;
    return { replicas, seconds: (end - start) / 1000, simulated, stageSeconds };
  } finally {
    await cluster.stop();
  }
}

async function finished(cluster: Cluster, id: string): Promise<JobResource> {
  const job = await cluster.finished(id);
  if (job.error) throw new Error(`${job.status}: ${job.error.message}`);
  return job;
}

/** Time in milliseconds. */
function at(time: string | null): number {
  return time === null ? NaN : Date.parse(time);
}

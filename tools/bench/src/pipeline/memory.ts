import { join } from 'node:path';
import { FRAME_RATE, makeClip, repeatClip } from '../clip';
import type { Options } from '../options';
import { descendants, residentBytes } from '../processes';
import { table } from '../report';
import { STAGES, sum, type Stage } from '../run';
import { complete, pidOf, startServices } from './run-boxreel';

/** Memory limit of each service, including its ffmpeg. */
const LIMIT_MB = 600;

/** Length of the clip that is repeated. */
const CLIP_SECONDS = 10;

const SAMPLE_EVERY_MS = 500;

/**
 * Processes a long video and prints the peak memory of each service.
 * @returns all results
 */
export async function measureMemory(folder: string, options: Options): Promise<object> {
  const { size, minutes } = options;
  const short = await makeClip(folder, 'short.mp4', size, CLIP_SECONDS * FRAME_RATE);
  const video = await repeatClip(short, (minutes * 60) / CLIP_SECONDS, join(folder, 'long.mp4'));
  console.log(`${minutes} minutes of ${size.width}x${size.height} at ${FRAME_RATE} frames/s\n`);
  const services = await startServices();
  try {
    const pids = STAGES.map((stage) => [stage, pidOf(services, stage)] as const);
    const peaks = new Map<Stage, number>();
    const sample = () => {
      for (const [stage, pid] of pids) {
        const bytes = sum([pid, ...descendants(pid)].map((each) => residentBytes(each, 'VmRSS')));
        peaks.set(stage, Math.max(bytes, peaks.get(stage) ?? 0));
      }
    };
    const timer = setInterval(sample, SAMPLE_EVERY_MS);
    const job = await complete(services, video).finally(() => {
      clearInterval(timer);
    });
    const megabytes = (bytes: number) => Math.round(bytes / 1e6);
    const memory = pids.map(([stage, pid]) => ({
      stage,
      nodeMb: megabytes(residentBytes(pid, 'VmHWM')),
      withFfmpegMb: megabytes(Math.max(peaks.get(stage) ?? 0, residentBytes(pid, 'VmHWM'))),
    }));
    const rows = memory.map(({ stage, nodeMb, withFfmpegMb }) => [stage, `${nodeMb}`, `${withFfmpegMb}`]);
    console.log(table(['peak memory, MB', 'service (VmHWM)', 'with its ffmpeg (sampled)'], rows));
    const frames = job.video?.frames ?? NaN;
    const framesPerSecond = frames / (job.durations.total ?? NaN);
    const over = memory.filter(({ withFfmpegMb }) => withFfmpegMb > LIMIT_MB).map(({ stage }) => stage);
    console.log(
      `\n${frames} frames, ${framesPerSecond.toFixed(1)} frames/s end to end. ` +
        (over.length === 0
          ? `Every service stayed below ${LIMIT_MB} MB.`
          : `Over ${LIMIT_MB} MB: ${over.join(', ')}.`),
    );
    if (over.length > 0) process.exitCode = 1;
    return { minutes, frames, framesPerSecond, durations: job.durations, limitMb: LIMIT_MB, memory };
  } finally {
    await services.stop();
  }
}

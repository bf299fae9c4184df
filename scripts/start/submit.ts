import type { DetectionsResource, JobResource } from '#contract';
import { follow, hasFailed, upload, type Server } from '#packages/cli';

/** A job failed or was cancelled; the message is the reason. */
export class JobFailedError extends Error {}

/**
 * Sends a video to a running system and waits until its job has ended, even through restarts of the system.
 * @param onProgress called with the state of the job each time it changes
 * @throws JobFailedError, and RequestRefusedError if the video was refused
 */
export async function submit(
  server: Server,
  video: string,
  onProgress: (text: string) => void,
): Promise<JobResource> {
  let job = await upload(server, video, {}, onProgress);
  let shown = progressText(job);
  onProgress(shown);
  for await (job of follow(server, job.id, () => undefined, Infinity)) {
    const text = progressText(job);
    if (text !== shown) onProgress((shown = text));
  }
  if (hasFailed(job)) throw new JobFailedError(`${job.status}: ${job.error?.message ?? 'no reason given'}`);
  return job;
}

/** The result as text. @param avi path of the annotated video */
export async function summarize(server: Server, job: JobResource, avi: string): Promise<string> {
  const { frames } = await server.json<DetectionsResource>(job.links.detections);
  const byClass = new Map<string, number>();
  for (const { label } of frames.flatMap((frame) => frame.boxes))
    byClass.set(label, (byClass.get(label) ?? 0) + 1);
  const counts = [...byClass].sort((a, b) => b[1] - a[1]).map(([label, count]) => `${label} ${count}`);
  const { video, durations } = job;
  const seconds = (value: number | null) => `${(value ?? 0).toFixed(1)} s`;
  return [
    `${job.filename}: done in ${seconds(durations.total)}`,
    `  frames      ${video?.frames ?? 0} (${video?.width ?? 0}x${video?.height ?? 0}, ${Number((video?.frameRate ?? 0).toFixed(3))} fps, ${seconds(video?.duration ?? 0)})`,
    `  detections  ${counts.join(', ') || 'none'}`,
    `  time        preprocess ${seconds(durations.preprocess)}, infer ${seconds(durations.infer)}, postprocess ${seconds(durations.postprocess)}`,
    `  AVI         ${avi}`,
    ...job.warnings.map(({ message }) => `  warning     ${message}`),
  ].join('\n');
}

function progressText({ filename, status, progress }: JobResource): string {
  const frames = progress?.total ? ` ${progress.done} of ${progress.total} frames` : '';
  return `${filename}: ${status}${frames}`;
}

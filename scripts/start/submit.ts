import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DetectionsResource, JobResource } from '#contract';

const POLL_MS = 300;

/** A running system. */
export interface Server {
  readonly url: string;
  /** API key, if the server requires one. */
  readonly key?: string;
}

/** A video was refused, or its job failed; the message is the reason. */
export class JobFailedError extends Error {}

/**
 * Sends a video to a running system and waits until its job has ended.
 * @param onProgress called with the state of the job each time it changes
 * @throws JobFailedError
 */
export async function submit(
  server: Server,
  video: string,
  onProgress: (text: string) => void,
  signal: AbortSignal,
): Promise<JobResource> {
  const form = new FormData();
  form.set('file', await openAsBlob(video), basename(video));
  const response = await fetch(`${server.url}/api/jobs`, {
    method: 'POST',
    body: form,
    headers: headersFor(server),
    signal,
  });
  if (!response.ok) throw new JobFailedError(await reasonOf(response));
  let job = (await response.json()) as JobResource;
  let shown = '';
  for (;;) {
    const text = progressText(job);
    if (text !== shown) onProgress((shown = text));
    if (job.status === 'POSTPROCESSING_COMPLETE') return job;
    if (job.status.endsWith('_ERROR') || job.status === 'CANCELLED')
      throw new JobFailedError(`${job.status}: ${job.error?.message ?? 'no reason given'}`);
    await delay(POLL_MS, undefined, { signal });
    job = (await ask(server, job.links.self, signal)) ?? job;
  }
}

/** The current job; undefined while the service does not respond, which may be restarting after a crash. */
async function ask(server: Server, path: string, signal: AbortSignal): Promise<JobResource | undefined> {
  const response = await fetch(server.url + path, { headers: headersFor(server), signal }).catch(
    () => undefined,
  );
  signal.throwIfAborted();
  if (!response || response.status >= 500) return undefined;
  if (!response.ok) throw new JobFailedError(await reasonOf(response));
  return (await response.json()) as JobResource;
}

/** The result as text. @param avi path of the annotated video */
export async function summarize(
  server: Server,
  job: JobResource,
  avi: string,
  signal: AbortSignal,
): Promise<string> {
  const { frames } = await getJson<DetectionsResource>(server, job.links.detections, signal);
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

async function getJson<T>(server: Server, path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(server.url + path, { headers: headersFor(server), signal });
  if (!response.ok) throw new JobFailedError(await reasonOf(response));
  return (await response.json()) as T;
}

function headersFor({ key }: Server): Record<string, string> {
  return key === undefined ? {} : { Authorization: `Bearer ${key}` };
}

async function reasonOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
  return body?.error?.message ?? `the server returned ${response.status}`;
}

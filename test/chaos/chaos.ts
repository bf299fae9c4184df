import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobResource } from '#contract';
import { isFinal } from '#jobs';
import { Cluster, type ServiceName } from '../support/cluster';
import type { Random } from '../support/random';
import type { Clip } from './clips';

/** A submitted video and its job. */
export interface Submission {
  readonly clip: Clip;
  readonly id: string;
}

export interface ChaosOptions {
  readonly minutes: number;
  /** Number of concurrent jobs. */
  readonly jobs: number;
  readonly random: Random;
  readonly say: (text: string) => void;
}

export interface ChaosResult {
  readonly submissions: readonly Submission[];
  /** Number of kills by process. */
  readonly kills: Readonly<Record<ServiceName | 'database', number>>;
}

/** A job unfinished this long after the last kill counts as lost. */
const DRAIN_MS = 120_000;

/** Pause between two kills. */
const MIN_PAUSE_MS = 500;
const MAX_PAUSE_MS = 3_000;

/** Two replicas of every service, with short leases and many attempts: kills must not use up the attempts of a job. */
export function startCluster(): Promise<Cluster> {
  return Cluster.start({
    replicas: 2,
    env: {
      LEASE_MS: '2000',
      MAX_ATTEMPTS: '100',
      RETRY_DELAY_MS: '200',
      POLL_MAX_MS: '500',
      UPLOADS_PER_MINUTE: '100000',
      HOUSEKEEPING_MS: '1000',
      PREVIEW: 'eager', // the verdict checks the MP4, too
      LEFTOVER_MS: '20000',
    },
  });
}

/**
 * Kills random processes with SIGKILL while videos are submitted and processed, then waits until all jobs have ended, or
 * DRAIN_MS has passed. A killed process is restarted after a second, as in a cluster.
 */
export async function runChaos(
  cluster: Cluster,
  clips: readonly Clip[],
  options: ChaosOptions,
): Promise<ChaosResult> {
  const { minutes, random, say } = options;
  const end = performance.now() + minutes * 60_000;
  const over = new AbortController();
  const submitting = submitAll(cluster, clips, options, over.signal);
  const kills = { preprocess: 0, infer: 0, postprocess: 0, database: 0 };
  while (performance.now() < end) {
    await delay(MIN_PAUSE_MS + random() * (MAX_PAUSE_MS - MIN_PAUSE_MS));
    const victims = cluster.victims();
    const victim = victims[Math.floor(random() * victims.length)];
    if (victim?.pid === undefined) continue;
    process.kill(victim.pid, 'SIGKILL');
    kills[victim.name]++;
  }
  over.abort();
  const submissions = await submitting;
  say(
    `${Object.values(kills).reduce((sum, n) => sum + n)} kills, ${submissions.length} jobs; waiting for the last`,
  );
  const deadline = performance.now() + DRAIN_MS;
  while (performance.now() < deadline && !(await allFinished(cluster, submissions))) await delay(500);
  return { submissions, kills };
}

/** Keeps this many jobs in progress until the signal. */
async function submitAll(
  cluster: Cluster,
  clips: readonly Clip[],
  { jobs, random }: ChaosOptions,
  over: AbortSignal,
): Promise<Submission[]> {
  const submissions: Submission[] = [];
  const isActive = () => !over.aborted;
  const lane = async () => {
    while (isActive()) {
      const clip = clips[Math.floor(random() * clips.length)];
      if (!clip) return;
      const id = await submit(cluster, clip);
      submissions.push({ clip, id });
      while (isActive() && !(await finished(cluster, id))) await delay(200);
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
  return submissions;
}

/** Submits until a replica accepts; the key makes all attempts one job. */
async function submit(cluster: Cluster, clip: Clip): Promise<string> {
  const key = randomUUID();
  for (let attempt = 0; ; attempt++) {
    const form = new FormData();
    form.set('file', await openAsBlob(clip.path), clip.name);
    const url = cluster.urls[attempt % cluster.urls.length] ?? cluster.url;
    const headers = { 'Idempotency-Key': key };
    const answer = await fetch(`${url}/api/jobs`, { method: 'POST', body: form, headers }).catch(
      () => undefined,
    );
    if (answer?.ok) return ((await answer.json()) as JobResource).id;
    await delay(200);
  }
}

async function allFinished(cluster: Cluster, submissions: readonly Submission[]): Promise<boolean> {
  for (const { id } of submissions) if (!(await finished(cluster, id))) return false;
  return true;
}

async function finished(cluster: Cluster, id: string): Promise<boolean> {
  for (const url of cluster.urls) {
    const answer = await fetch(`${url}/api/jobs/${id}`).catch(() => undefined);
    if (!answer?.ok) continue;
    const job = (await answer.json().catch(() => undefined)) as JobResource | undefined;
    if (job) return isFinal(job.status);
  }
  return false;
}

import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobResource } from '#contract';
import { isFinal } from '#jobs';
import { Cluster, type ServiceName } from '../support/cluster';
import type { Random } from '../support/random';
import type { Clip } from './clips';

/** A video that was submitted, until it is known to be a job. */
export interface Submission {
  readonly clip: Clip;
  readonly id: string;
}

export interface ChaosOptions {
  readonly minutes: number;
  /** Jobs that are under way at once. */
  readonly jobs: number;
  readonly random: Random;
  readonly say: (text: string) => void;
}

export interface ChaosResult {
  readonly submissions: readonly Submission[];
  /** How often each was killed. */
  readonly kills: Readonly<Record<ServiceName | 'database', number>>;
}

/** What is left unfinished so long after the last kill is lost. */
const DRAIN_MS = 120_000;

/** Between two kills. */
const MIN_PAUSE_MS = 500;
const MAX_PAUSE_MS = 3_000;

/** Two replicas of every service that is soon taken for dead, and never for a bad video because it was killed often. */
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
      LEFTOVER_MS: '20000',
    },
  });
}

/**
 * Kills processes at random, with SIGKILL, while videos are submitted and worked on, then waits until all jobs have
 * ended, or no longer seem to. Whatever is killed is started again after a second, as a cluster would do it.
 */
export async function wreak(
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

/** Keeps so many jobs under way until the signal. */
async function submitAll(
  cluster: Cluster,
  clips: readonly Clip[],
  { jobs, random }: ChaosOptions,
  over: AbortSignal,
): Promise<Submission[]> {
  const submissions: Submission[] = [];
  const goesOn = () => !over.aborted;
  const lane = async () => {
    while (goesOn()) {
      const clip = clips[Math.floor(random() * clips.length)];
      if (!clip) return;
      const id = await submit(cluster, clip);
      submissions.push({ clip, id });
      while (goesOn() && !(await finished(cluster, id))) await delay(200);
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
  return submissions;
}

/** Submits until somebody says yes. The key makes one job of several tries. */
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

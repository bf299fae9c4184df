import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { JobResource } from '#contract';
import { COMPLETE_STATUS, STAGES, STAGE_NAMES, isError, isFinal, type Status } from '#jobs';
import { PREVIEW_VIDEO } from '#workspace';
import type { Cluster } from '../support/cluster';
import { streams } from '../support/video';
import type { Submission } from './chaos';

const run = promisify(execFile);

/** The problems found, one sentence each. */
export interface Verdict {
  readonly complete: number;
  readonly failedAsExpected: number;
  /** Jobs that have not ended, or not with the expected result. */
  readonly lost: readonly string[];
  /** Jobs that a stage completed more than once, and submissions that became several jobs. */
  readonly doubled: readonly string[];
  /** Files on the volume that belong to no job. */
  readonly leftovers: readonly string[];
}

/** Compares the result with the submissions. */
export async function checkResult(cluster: Cluster, submissions: readonly Submission[]): Promise<Verdict> {
  const lost: string[] = [];
  let [complete, failedAsExpected] = [0, 0];
  for (const { id, clip } of submissions) {
    const answer = await fetch(`${cluster.url}/api/jobs/${id}`);
    const job = answer.ok ? ((await answer.json()) as JobResource) : undefined;
    const problem = job ? await problemOf(cluster, job, clip.frames) : 'is unknown';
    if (problem !== undefined) lost.push(`${id} (${clip.name}) ${problem}`);
    else if (clip.frames === undefined) failedAsExpected++;
    else complete++;
  }
  const ids = submissions.map(({ id }) => id);
  return {
    ...{ complete, failedAsExpected, lost },
    doubled: [...(await doneTwice(cluster)), ...(await unexpectedJobs(cluster, new Set(ids)))],
    leftovers: await remaining(cluster, ids),
  };
}

async function problemOf(
  cluster: Cluster,
  job: JobResource,
  frames: number | undefined,
): Promise<string | undefined> {
  const { status } = job;
  if (!isFinal(status)) return `is still in ${status}`;
  if (frames === undefined) {
    return isError(status) && job.error && !/INTERNAL|ATTEMPTS/.test(job.error.code)
      ? undefined
      : `ended in ${status}`;
  }
  if (status !== COMPLETE_STATUS) return `ended in ${status}: ${job.error?.message ?? ''}`;
  const { workspace } = cluster;
  const videos = { AVI: workspace.target(job.id), MP4: workspace.path(job.id, 'preview', PREVIEW_VIDEO) };
  for (const [name, file] of Object.entries(videos)) {
    const [video] = await streams(file);
    if (Number(video?.nb_frames) !== frames)
      return `has an ${name} of ${video?.nb_frames ?? 'no'} frames, not ${frames}`;
    const { stderr } = await run('ffmpeg', ['-v', 'error', '-i', `file:${file}`, '-f', 'null', '-']);
    if (stderr !== '') return `has an ${name} that cannot be played: ${stderr}`;
  }
  return undefined;
}

/** Stages that logged the completion of a job more than once. */
async function doneTwice(cluster: Cluster): Promise<string[]> {
  const counts = new Map<string, number>();
  const endings = new Set<Status>(STAGE_NAMES.map((name) => STAGES[name].done));
  for (const [, id = '', status = ''] of (await cluster.output()).matchAll(
    /Job ([0-9a-f]{24}): ([A-Z_]+)$/gm,
  )) {
    const key = `${id} reached ${status}`;
    if (endings.has(status as Status)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].filter(([, times]) => times > 1).map(([key, times]) => `${key} ${times} times`);
}

/** Jobs that were not submitted. */
async function unexpectedJobs(cluster: Cluster, ids: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await fetch(`${cluster.url}/api/jobs?limit=100${query}`);
    const page = (await answer.json()) as { jobs: JobResource[]; nextCursor: string | null };
    found.push(...page.jobs.map(({ id }) => id).filter((id) => !ids.has(id)));
    cursor = page.nextCursor;
  }
  return found.map((id) => `${id} was never submitted`);
}

/** Files that housekeeping should have removed by now. */
async function remaining(cluster: Cluster, ids: readonly string[]): Promise<string[]> {
  const deadline = performance.now() + 45_000;
  for (;;) {
    const found = await leftovers(cluster, ids);
    if (found.length === 0 || performance.now() > deadline) return found;
    await delay(500);
  }
}

const ARTIFACTS = [
  ...['src', 'src_frame', 'txts', 'tar_frame', 'target', 'preview'],
  ...['detections.ndjson', 'tracks.json', 'thumbnail.jpg', 'timeline.json', 'sound.flac'],
];

async function leftovers({ workspace }: Cluster, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(workspace.root)) {
    if (['.boxreel-volume', '.quarantine'].includes(entry)) continue;
    const inside = await readdir(join(workspace.root, entry)).catch(() => ['']);
    if (entry === '.incoming') found.push(...inside.map((name) => `.incoming/${name}`));
    else if (!ids.includes(entry)) found.push(entry);
    else found.push(...inside.filter((name) => !ARTIFACTS.includes(name)).map((name) => `${entry}/${name}`));
  }
  return found;
}

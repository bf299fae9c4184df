import { join } from 'node:path';
import { writeTracks, type TrackedDetection } from '#annotation';
import type { Layout } from '#contract';
import type { Cluster } from './cluster';
import { playerJob } from './player-jobs';
import type { Records } from './records';
import { H264, ffmpeg, source } from './video';

const FRAME_RATE = 25;

/** Frames of the clip and of the job. */
export const FRAMES = 100;

/** A line that the objects of a tracked job cross, from the lower to the upper edge, and a zone that they pass. */
export const LAYOUT: Layout = {
  anchor: 'bottom',
  lines: [{ name: 'Gate', from: [0.5, 0.95], to: [0.5, 0.05], directions: { right: 'eastbound' } }],
  zones: [{ name: 'Yard', points: [[0.6, 0.5], [0.8, 0.5], [0.8, 0.95], [0.6, 0.95]] }], // prettier-ignore
};

const box = (x: number): TrackedDetection['box'] => [x - 0.05, 0.4, x + 0.05, 0.8];

/** A person walks to the right from 0.1 to 0.9; a car that is seen from frame 50 on drives back from 0.9 to 0.4. */
function found(n: number): TrackedDetection[] {
  const person = { label: 'person', classIndex: 0, score: 0.9, track: 1, box: box(0.1 + 0.008 * n) };
  const car = { label: 'car', classIndex: 2, score: 0.8, track: 2, box: box(0.9 - 0.01 * (n - 50)) };
  return n < 50 ? [person] : [person, car];
}

/** A grey video of 100 frames. */
export function greyClip(folder: string): Promise<string> {
  const grey = source(`color=gray:s=320x180:r=${FRAME_RATE}:d=${FRAMES / FRAME_RATE}`);
  return ffmpeg(join(folder, 'clip.mp4'), ...grey, ...H264, '-g', '25');
}

/** A complete job of a grey clip with the tracks of two objects. */
export async function trackedJob(cluster: Cluster, records: Records, clip: string): Promise<string> {
  const frameRate = { num: FRAME_RATE, den: 1 };
  const id = await playerJob(cluster, records, { clip, frameRate, frames: FRAMES, found });
  await writeTracks(cluster.workspace.path(id, 'tracks.json'), { frameRate: FRAME_RATE, tracks: [] });
  return id;
}

/** Sends JSON. */
export function send(url: string, method: string, body?: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(url, { method, ...(body !== undefined && { headers, body: JSON.stringify(body) }) });
}

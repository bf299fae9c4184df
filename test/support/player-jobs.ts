import { copyFile, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeFrame, Summarizer } from '#annotation';
import type { Detection } from '#detection';
import type { Job } from '#jobs';
import { SUMMARY, peakName, type Artifact } from '#workspace';
import type { Cluster } from './cluster';
import { newJob } from './database';
import type { Records } from './records';
import { BLUE, jpeg } from './video';

/** Bits of a frame number, as `codedFrames` draws them. */
const BITS = 9;

interface Film {
  /** File to play. */
  readonly clip: string;
  readonly frameRate: { readonly num: number; readonly den: number };
  readonly frames: number;
  /** The detections of a frame, above the threshold of 0.5 and below. */
  readonly found: (n: number) => readonly Detection[];
  /** Default: browsers play the clip itself. */
  readonly playback?: 'source' | 'copy' | undefined;
  readonly filename?: string;
}

/** A complete job of a clip, with its detections and their summary. No worker processes it. */
export async function playerJob(cluster: Cluster, records: Records, film: Film): Promise<string> {
  const { clip, frameRate, frames, filename = 'clip.mp4' } = film;
  const playback = 'playback' in film ? film.playback : 'source';
  const duration = (frames * frameRate.den) / frameRate.num;
  const video = { ...newJob().video, frameRate, frames, duration, sourceFrames: frames, playback };
  const id = await records.insert('POSTPROCESSING_COMPLETE', filename, { video } as Partial<Job>);
  const at = (artifact: Artifact, ...parts: string[]) => cluster.workspace.path(id, artifact, ...parts);
  await copyFile(clip, at('src', filename));
  await mkdir(at('preview'));
  await writeDetections(at('detections.ndjson'), at('preview'), film);
  return id;
}

async function writeDetections(
  file: string,
  preview: string,
  { frameRate, frames, found }: Film,
): Promise<void> {
  const summarizer = new Summarizer(frameRate.num / frameRate.den);
  const handle = await open(file, 'w');
  let lines: string[] = [];
  for (let n = 0; n < frames; n++) {
    const all = found(n);
    const boxes = all.filter(({ score }) => score > 0.5);
    summarizer.add(boxes);
    lines.push(
      encodeFrame(
        n,
        boxes,
        all.filter(({ score }) => score <= 0.5),
      ),
    );
    if (lines.length < 1000 && n + 1 < frames) continue;
    await handle.write(lines.join(''));
    lines = [];
  }
  await handle.close();
  const summary = summarizer.summary();
  await writeFile(join(preview, SUMMARY), JSON.stringify(summary));
  for (const n of summary.peaks.keys()) await writeFile(join(preview, peakName(n)), jpeg(BLUE));
}

/** A box for each bit of the frame number, in the columns of `codedFrames`. */
export function codedBoxes(n: number): Detection[] {
  return Array.from({ length: BITS }, (_, bit) => bit)
    .filter((bit) => (n >> (BITS - 1 - bit)) & 1)
    .map((bit) => ({
      ...{ label: 'person', classIndex: 0, score: 0.9 },
      box: [(bit + 0.1) / BITS, 0.5, (bit + 0.9) / BITS, 0.9],
    }));
}

/**
 * Runs in the browser before the page: `readPlayer()` returns the numbers that the shown frame and the boxes over it
 * have, and the one that the player states; `readings` collects the same for every frame that is presented, with the
 * picture as it is when the browser reports the frame. A string, because DOM types are not available here.
 */
export const WATCH_PLAYER = `
const picture = document.createElement('canvas');
[picture.width, picture.height] = [${16 * BITS}, 64];
const context = picture.getContext('2d', { willReadFrequently: true });
const readings = [];
function takePicture() {
  context.drawImage(document.querySelector('#video'), 0, 0, picture.width, picture.height);
}
function readPlayer() {
  const layer = document.querySelector('#layer');
  const row = context.getImageData(0, 48, picture.width, 1).data;
  const boxes = layer.getContext('2d').getImageData(0, Math.round(0.7 * layer.height), layer.width, 1).data;
  let [shown, drawn] = [0, 0];
  for (let bit = 0; bit < ${BITS}; bit++) {
    shown = shown * 2 + Number(row[4 * (bit * 16 + 8)] > 127);
    const edge = Math.round(((bit + 0.1) / ${BITS}) * layer.width);
    const near = Array.from({ length: 7 }, (_, n) => boxes[4 * (edge + n - 3) + 3] ?? 0);
    drawn = drawn * 2 + Number(Math.max(...near) > 127);
  }
  const { frame } = document.querySelector('#player').dataset;
  return { shown, drawn, stated: frame === '' ? NaN : Number(frame) };
}
const { requestVideoFrameCallback: request } = HTMLVideoElement.prototype;
HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
  return request.call(this, (...values) => {
    if (!this.paused) takePicture();
    callback(...values);
    if (!this.paused) readings.push(readPlayer());
  });
};
Object.assign(window, { readings, readPlayer: () => (takePicture(), readPlayer()) });
`;

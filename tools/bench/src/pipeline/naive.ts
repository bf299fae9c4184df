/**
 * The pipeline written in the obvious way, step by step, like a first version: JPEGs through fluent-ffmpeg, canvas for
 * pixels, one detector session with default options, and another ffmpeg for the AVI. Nothing is slowed down on purpose.
 * It runs in a separate process, so that its CPU time can be measured.
 */
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCanvas, loadImage } from 'canvas';
import ffmpeg, { type FfmpegCommand } from 'fluent-ffmpeg';
import { formatTxt, parseTxt } from '#annotation';
import type { Manifest } from '#detection';
import { folderBytes } from '#workspace';
import { answer } from '../child';
import { NaiveDetector } from '../naive-detector';
import { cpuMs } from '../processes';
import { THRESHOLDS } from '../run';

export interface NaiveRequest {
  readonly video: string;
  /** Processed before the measured video, so that all code is compiled and all libraries are loaded. */
  readonly warmUp: string;
  readonly folder: string;
  readonly frameRate: number;
  readonly manifest: Manifest;
  readonly modelPath: string;
}

/** `mpeg4` and `mjpeg` are two variants of the last step. */
export type Step = 'split' | 'detect' | 'draw' | 'mpeg4' | 'mjpeg';

export interface NaiveReport {
  readonly frames: number;
  readonly boxes: number;
  readonly seconds: Readonly<Record<Step, number>>;
  readonly cpuMs: Readonly<Record<Step, number>>;
  readonly aviBytes: Readonly<Record<'mpeg4' | 'mjpeg', number>>;
  /** All files, with both AVIs. */
  readonly bytes: number;
}

async function main(request: NaiveRequest): Promise<NaiveReport> {
  const detector = await NaiveDetector.load(request.manifest, request.modelPath);
  await processVideo({ ...request, video: request.warmUp }, detector);
  return processVideo(request, detector);
}

async function processVideo(request: NaiveRequest, detector: NaiveDetector): Promise<NaiveReport> {
  const { video, folder, frameRate, manifest } = request;
  const path = (...parts: string[]) => join(folder, ...parts);
  for (const part of ['src_frame', 'txts', 'tar_frame']) await mkdir(path(part), { recursive: true });

  const seconds: Partial<Record<Step, number>> = {};
  const cpu: Partial<Record<Step, number>> = {};
  const measure = async <T>(step: Step, work: () => Promise<T>): Promise<T> => {
    const [startedAt, cpuBefore] = [performance.now(), cpuMs('self')];
    const result = await work();
    seconds[step] = (performance.now() - startedAt) / 1000;
    cpu[step] = cpuMs('self') - cpuBefore;
    return result;
  };

  const jpgs = path('tar_frame', 'tar_%d.jpg');
  await measure('split', () => split(video, path('src_frame', 'frame_%d.jpg')));
  const frames = (await readdir(path('src_frame'))).length;
  const boxes = await measure('detect', () => detect(folder, frames, manifest, detector));
  await measure('draw', () => draw(folder, frames, manifest));
  await measure('mpeg4', () => assemble(jpgs, frameRate, ['-c:v', 'mpeg4', '-q:v', '3'], path('mpeg4.avi')));
  await measure('mjpeg', () => assemble(jpgs, frameRate, ['-c:v', 'copy'], path('mjpeg.avi')));
  const aviBytes = {
    mpeg4: (await stat(path('mpeg4.avi'))).size,
    mjpeg: (await stat(path('mjpeg.avi'))).size,
  };
  const bytes = await folderBytes(folder);
  await rm(folder, { recursive: true });
  return {
    ...{ frames, boxes, aviBytes, bytes },
    seconds: seconds as Record<Step, number>,
    cpuMs: cpu as Record<Step, number>,
  };
}

/** Writes the video's frames as numbered JPEGs. */
function split(video: string, jpgs: string): Promise<void> {
  return ended(ffmpeg(video).outputOptions(['-q:v', '2', '-start_number', '0']).output(jpgs));
}

/** Detects one frame at a time and writes a txt for each. @returns the number of boxes */
async function detect(
  folder: string,
  frames: number,
  { defaults }: Manifest,
  detector: NaiveDetector,
): Promise<number> {
  let boxes = 0;
  for (let n = 0; n < frames; n++) {
    const frame = join(folder, 'src_frame', `frame_${n}.jpg`);
    const found = await detector.detect(frame, { iou: defaults.iou, ...THRESHOLDS });
    boxes += found.length;
    await writeFile(join(folder, 'txts', `infer${n}.txt`), formatTxt(found));
  }
  return boxes;
}

/** Draws boxes and labels on one frame at a time, and encodes it again. */
async function draw(folder: string, frames: number, { labels }: Manifest): Promise<void> {
  const first = await loadImage(join(folder, 'src_frame', 'frame_0.jpg'));
  const canvas = createCanvas(first.width, first.height);
  const context = canvas.getContext('2d');
  context.lineWidth = 2;
  context.font = '16px sans-serif';
  context.strokeStyle = context.fillStyle = 'lime';
  for (let n = 0; n < frames; n++) {
    context.drawImage(await loadImage(join(folder, 'src_frame', `frame_${n}.jpg`)), 0, 0);
    for (const { box, classIndex } of parseTxt(
      await readFile(join(folder, 'txts', `infer${n}.txt`), 'utf8'),
    )) {
      const [left, top] = [box[0] * canvas.width, box[1] * canvas.height];
      context.strokeRect(left, top, box[2] * canvas.width - left, box[3] * canvas.height - top);
      context.fillText(labels[classIndex]?.name ?? '', left, top - 10);
    }
    const jpeg = canvas.toBuffer('image/jpeg', { quality: 0.9 });
    await writeFile(join(folder, 'tar_frame', `tar_${n}.jpg`), jpeg);
  }
}

function assemble(jpgs: string, frameRate: number, codec: string[], target: string): Promise<void> {
  return ended(
    ffmpeg(jpgs)
      .inputOptions(['-framerate', `${frameRate}`, '-start_number', '0'])
      .outputOptions(codec)
      .output(target),
  );
}

function ended(command: FfmpegCommand): Promise<void> {
  return new Promise((resolve, reject) => {
    command
      .on('end', () => {
        resolve();
      })
      .on('error', reject)
      .run();
  });
}

answer(main);

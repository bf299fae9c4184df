/**
 * One loop in one process, as a script does it: ffmpeg decodes into a pipe; each frame is resized, detected on, drawn on
 * and written into a second ffmpeg, which encodes. Nothing but the video is kept. The ffmpegs work while the loop does,
 * as far as the pipes let them. It runs in a separate process, so that its CPU time can be measured.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { drawDetections } from '#annotation';
import type { Manifest } from '#detection';
// Node's own pipes would take more CPU time: see lean-pipe.ts.
import { BufferPool } from '../../../../libs/media/src/buffer-pool';
import { openLeanPipe } from '../../../../libs/media/src/lean-pipe';
import { cutFrames } from '../../../../libs/media/src/raw-frames';
import { answer } from '../child';
import { LoopDetector } from '../loop-detector';
import type { Size } from '../options';
import { endedChildrenCpuMs } from '../processes';
import { THRESHOLDS, type Stage } from '../run';
import { StageClock } from './stage-clock';

export interface OneLoopRequest {
  readonly video: string;
  /** Processed before the measured video, so that all code is compiled and all libraries are loaded. */
  readonly warmUp: string;
  /** The video to write; removed afterwards. */
  readonly target: string;
  /** Of both videos. */
  readonly size: Size;
  readonly frameRate: number;
  readonly manifest: Manifest;
  readonly modelPath: string;
}

export interface OneLoopReport {
  readonly frames: number;
  readonly boxes: number;
  readonly bytes: number;
  readonly seconds: Readonly<Record<Stage, number>>;
  readonly cpuMs: Readonly<Record<Stage, number>>;
}

async function main(request: OneLoopRequest): Promise<OneLoopReport> {
  const detector = await LoopDetector.load(request.manifest, request.modelPath);
  await processVideo({ ...request, video: request.warmUp }, detector);
  return processVideo(request, detector);
}

/** Decoding counts as preprocess, and drawing and encoding as postprocess, as far as the loop waits for them. */
async function processVideo(request: OneLoopRequest, detector: LoopDetector): Promise<OneLoopReport> {
  const { video, target, size, frameRate, manifest } = request;
  const thresholds = { iou: manifest.defaults.iou, ...THRESHOLDS };
  const clock = new StageClock();
  const childrenBefore = endedChildrenCpuMs();
  const decoder = await startDecoder(video);
  const encoder = startEncoder(target, size, frameRate);
  const pool = new BufferPool(3 * size.width * size.height);
  let [frames, boxes] = [0, 0];
  for await (const data of cutFrames(decoder.chunks, pool)) {
    clock.lap('preprocess');
    const detections = await detector.detect({ ...size, rgb: data }, thresholds);
    clock.lap('infer');
    drawDetections({ ...size, data }, detections);
    await write(encoder.stdin, data);
    pool.give(data);
    clock.lap('postprocess');
    frames++;
    boxes += detections.length;
  }
  await decoder.ended;
  clock.lap('preprocess');
  const childrenBetween = endedChildrenCpuMs(); // the encoder still runs: it waits for the end of its input
  encoder.stdin.end();
  await encoder.ended;
  clock.lap('postprocess');
  clock.add('preprocess', childrenBetween - childrenBefore);
  clock.add('postprocess', endedChildrenCpuMs() - childrenBetween);
  const { size: bytes } = await stat(target);
  await rm(target);
  return { frames, boxes, bytes, seconds: clock.seconds, cpuMs: clock.cpuMs };
}

async function startDecoder(video: string) {
  const pipe = await openLeanPipe();
  const args = ['-i', video, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
  const child = spawn('ffmpeg', [...QUIET, ...args], { stdio: ['ignore', pipe.writeEnd, 'inherit'] });
  pipe.writeEnd.destroy(); // ffmpeg has its own copy, and the pipe must end with that one
  return { chunks: pipe.chunks, ended: success(child) };
}

function startEncoder(target: string, { width, height }: Size, frameRate: number) {
  const input = ['-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${width}x${height}`];
  const args = [...input, '-framerate', `${frameRate}`, '-i', 'pipe:0', '-c:v', 'mpeg4', '-q:v', '3', '-y'];
  const child = spawn('ffmpeg', [...QUIET, ...args, target], { stdio: ['pipe', 'ignore', 'inherit'] });
  return { stdin: child.stdin, ended: success(child) };
}

const QUIET = ['-nostdin', '-loglevel', 'error'];

/** Resolves when ffmpeg has ended. @throws if it failed */
async function success(child: ChildProcess): Promise<void> {
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg failed with exit code ${String(code)}.`);
}

/** Resolves when ffmpeg has read the whole frame, as a blocking write would. */
function write(stdin: Writable, frame: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stdin.write(frame, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

answer(main);

import { mapOrdered } from '#flow';
import { FORMAT_RGB, SAMP_420, bufferSize, compress } from '@julusian/jpeg-turbo';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BufferPool } from './buffer-pool';
import { MediaError } from './errors';
import type { VideoFacts } from './facts';
import { checkNotKilled, start, untrustedInput, type Exit } from './ffmpeg';
import { openLeanPipe } from './lean-pipe';
import { checkFound, timeBound, type MediaLimits } from './limits';
import { toNumber } from './rational';
import { cutFrames } from './raw-frames';

export interface SplitOptions {
  /** An existing folder that the frames are written into. */
  readonly outDir: string;
  /** JPEG quality 1..100, by default 90. */
  readonly quality?: number;
  /** Frames compressed at a time, and threads that decode. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  /** What the video may turn out to be, and what its decoding may cost; by default anything. */
  readonly limits?: MediaLimits;
  /** Told the number of frames written so far. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Writes every frame of a video as `frame_<n>.jpg`, n from 0, at the constant rate `facts.frameRate`, upright.
 * ffmpeg decodes into a pipe and libjpeg-turbo compresses what comes out, which costs two thirds of letting ffmpeg
 * write the JPEGs. Memory is bounded by `concurrency` and the size of a frame.
 *
 * @throws MediaError TRUNCATED, DECODE_FAILED, NO_FRAMES, TOO_MANY_FRAMES, TOO_LONG, OUT_OF_TIME or FFMPEG_KILLED; the reason of `signal` when aborted. ffmpeg is gone by then.
 */
export async function splitFrames(
  file: string,
  facts: VideoFacts,
  { outDir, quality = 90, concurrency, signal: stop, limits, onProgress }: SplitOptions,
): Promise<{ frames: number }> {
  const { width, height } = facts;
  const image = { width, height, subsampling: SAMP_420 };
  const rawFrames = new BufferPool(width * height * 3);
  const jpegs = new BufferPool(bufferSize(image));
  const writeFrame = async (raw: Buffer, n: number) => {
    const space = jpegs.take();
    const jpeg = await compress(raw, space, { ...image, format: FORMAT_RGB, quality });
    rawFrames.give(raw);
    await writeFile(join(outDir, `frame_${n}.jpg`), jpeg);
    jpegs.give(space);
    return n + 1;
  };

  stop?.throwIfAborted();
  const args = await decodeArguments(file, facts, concurrency, limits);
  const { signal, end } = timeBound(basename(file), facts.duration, limits, stop);
  const pipe = await openLeanPipe();
  const ffmpeg = start('ffmpeg', args, {
    signal,
    output: pipe.writeEnd,
    memoryMb: limits?.FFMPEG_MEMORY_MB,
  });
  pipe.writeEnd.destroy(); // ours; ffmpeg has its own, and the pipe ends with it
  let frames = 0;
  try {
    const written = mapOrdered(cutFrames(pipe.chunks, rawFrames), concurrency, writeFrame, signal);
    for await (frames of written) {
      if (limits) checkFound(basename(file), frames, facts.frameRate, limits);
      onProgress?.(frames);
    }
  } catch (error) {
    ffmpeg.kill();
    await ffmpeg.exited;
    throw error;
  } finally {
    end();
  }
  const exit = await ffmpeg.exited;
  signal?.throwIfAborted();
  checkNotKilled(file, exit);
  checkComplete(basename(file), facts, frames, exit);
  return { frames };
}

/** ffmpeg itself warns of more, and each holds a few frames. */
const MAX_THREADS = 16;

async function decodeArguments(
  file: string,
  { frameRate, width, height }: VideoFacts,
  concurrency: number,
  limits: MediaLimits | undefined,
): Promise<string[]> {
  const filters = [
    `fps=${frameRate.num}/${frameRate.den}`, // by timestamps: keeps time, and keeps every frame of a constant rate
    `scale=${width}:${height}`, // a stream may change its size midway; the pipe may not
    'format=rgb24',
  ];
  return [
    ...['-threads', `${Math.min(concurrency, MAX_THREADS)}`],
    ...(limits ? ['-max_pixels', `${limits.VIDEO_MAX_PIXELS}`] : []), // a stream may hold more than its header says
    ...(await untrustedInput(file)),
    ...['-map', '0:V:0', '-vf', filters.join(',')],
    ...['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'], // else ffmpeg fills a late start with copies
  ];
}

/**
 * Tells a damaged file from an honest one. Containers are a little off even in honest files (edit lists, frames that
 * never decode), so what is missing must be both more than 2 % and more than a second (half of a video shorter than
 * two seconds) to count.
 */
function checkComplete(name: string, facts: VideoFacts, frames: number, exit: Exit): void {
  const rate = toNumber(facts.frameRate);
  const expected = facts.frames / rate;
  const missing = (facts.frames - frames) / rate;
  const because = exit.complaint ? ` (ffmpeg: ${exit.complaint})` : '';
  if (frames > 0 && missing > Math.max(0.02 * expected, Math.min(1, expected / 2))) {
    throw new MediaError(
      'TRUNCATED',
      `"${name}" ends after ${(frames / rate).toFixed(1)} s of ${expected.toFixed(1)} s: ` +
        `it is incomplete or damaged from there on${because}. Upload the whole file again.`,
    );
  }
  if (exit.code !== 0) {
    throw new MediaError('DECODE_FAILED', `"${name}" could not be decoded${because}.`);
  }
  if (frames === 0) {
    throw new MediaError(
      'NO_FRAMES',
      `"${name}" has a video track, but not one frame in it can be decoded${because}.`,
    );
  }
}

import { allOrNone, mapOrdered } from '#flow';
import { FORMAT_RGB, SAMP_420, bufferSize, compress } from '@julusian/jpeg-turbo';
import { rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BufferPool } from './buffer-pool';
import { rgbFilters } from './colour';
import { MediaError } from './errors';
import type { Stream, VideoFacts } from './facts';
import { checkNotKilled, start, untrustedInput, type Exit } from './ffmpeg';
import { openLeanPipe } from './lean-pipe';
import { linkOrCopy } from './link-or-copy';
import { checkFound, checkRate, timeBound, type MediaLimits } from './limits';
import { scanPackets } from './packets';
import { TIMES_FILTERS, TIMES_OUTPUT, putInOrder, readTimes } from './presentation-times';
import { clockMayJump, clockStart, findTracks, type Tracks } from './probe';
import { parseRational, toNumber } from './rational';
import { cutFrames } from './raw-frames';
import { planTimeline, type Timeline } from './timeline';
import { decodingWarnings, undecodedEnds, type Decoded, type MediaWarning } from './warnings';

export interface SplitOptions {
  /** An existing folder that the frames are written into. */
  readonly outDir: string;
  /** JPEG quality 1..100, by default 90. */
  readonly quality?: number;
  /** Frames compressed at a time, and threads that decode. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  /** What the video may turn out to be, and what its decoding may cost; by default anything. */
  readonly limits?: MediaLimits;
  /** Told the number of frames written so far. */
  readonly onProgress?: (done: number) => void;
}

export interface SplitResult {
  readonly timeline: Timeline;
  readonly warnings: readonly MediaWarning[];
  /** For `extractSound`, so that the file is inspected once. */
  readonly tracks: Tracks;
}

const frameName = (n: number) => `frame_${n}.jpg`;

/**
 * Decodes every frame of a video once, upright and in SDR colours, and writes the output frames as `frame_<n>.jpg`, n
 * from 0. Output frames that repeat a source frame are hard links to its first (copies where there are no links).
 * ffmpeg decodes into a pipe and libjpeg-turbo compresses what comes out, which costs two thirds of letting ffmpeg
 * write the JPEGs. Memory is bounded by `concurrency` and the size of a frame.
 *
 * @throws MediaError TRUNCATED, DECODE_FAILED, NO_FRAMES, TOO_MANY_FRAMES, TOO_LONG, FRAME_RATE_TOO_HIGH, OUT_OF_TIME or FFMPEG_KILLED; the reason of `signal` when aborted. ffmpeg is gone by then.
 */
export async function splitFrames(
  file: string,
  facts: VideoFacts,
  options: SplitOptions,
): Promise<SplitResult> {
  const { limits, signal: stop, outDir } = options;
  stop?.throwIfAborted();
  const { signal, end } = timeBound(basename(file), facts.duration, limits, stop);
  try {
    const bounds = { signal, memoryMb: limits?.FFMPEG_MEMORY_MB };
    const tracks = await findTracks(file, bounds);
    const { report, film } = tracks;
    const [{ times, complaint, failed }, packets] = await allOrNone(signal, [
      (signal) => decode(file, facts, film, { ...options, signal }),
      (signal) => scanPackets(file, film.index, clockMayJump(report), { ...bounds, signal }),
    ]);
    const timeBase = parseRational(film.time_base);
    const plan = planTimeline(times, {
      declared: [film.r_frame_rate, film.avg_frame_rate]
        .map(parseRational)
        .filter((rate) => rate !== undefined),
      tick: timeBase ? toNumber(timeBase) : 0.001,
      ...(limits && { maxRate: limits.VIDEO_MAX_FPS, maxFrames: limits.VIDEO_MAX_FRAMES }),
    });
    if (limits) checkRate(basename(file), plan.timeline.frameRate, limits);
    const decoded: Decoded = {
      ...{ plan, packets, complaint, last: times.at(-1) ?? 0 },
      clockStart: clockStart(report, [film]),
    };
    const declared = clockMayJump(report) ? 0 : facts.duration;
    checkComplete(basename(file), decoded, declared, failed);
    await placeFrames(outDir, plan.timeline);
    return { timeline: plan.timeline, warnings: decodingWarnings(decoded), tracks };
  } finally {
    end();
  }
}

/** Decodes all frames, in order, as `frame_<k>.jpg`. @returns when each is shown, in seconds after `clockStart` */
async function decode(
  file: string,
  facts: VideoFacts,
  film: Stream,
  { outDir, quality = 90, concurrency, signal, limits, onProgress }: SplitOptions,
): Promise<{ times: number[]; complaint: string; failed: boolean }> {
  const { width, height } = facts;
  const image = { width, height, subsampling: SAMP_420 };
  const rawFrames = new BufferPool(width * height * 3);
  const jpegs = new BufferPool(bufferSize(image));
  const writeFrame = async (raw: Buffer, n: number) => {
    const space = jpegs.take();
    const jpeg = await compress(raw, space, { ...image, format: FORMAT_RGB, quality });
    rawFrames.give(raw);
    await writeFile(join(outDir, frameName(n)), jpeg);
    jpegs.give(space);
    return n + 1;
  };

  const args = await decodeArguments(file, facts, film, concurrency, limits);
  const pipe = await openLeanPipe();
  const ffmpeg = start('ffmpeg', args, {
    ...{ signal, output: pipe.writeEnd, extra: true },
    memoryMb: limits?.FFMPEG_MEMORY_MB,
  });
  pipe.writeEnd.destroy(); // ours; ffmpeg has its own, and the pipe ends with it
  const times: number[] = [];
  const timesRead = readTimes(ffmpeg.extra, times);
  let frames = 0;
  try {
    const written = mapOrdered(cutFrames(pipe.chunks, rawFrames), concurrency, writeFrame, signal);
    for await (frames of written) {
      if (limits) checkFound(basename(file), frames, elapsed(times), limits);
      onProgress?.(frames);
    }
    await timesRead;
  } catch (error) {
    ffmpeg.kill();
    await ffmpeg.exited;
    throw error;
  }
  const exit = await ffmpeg.exited;
  signal?.throwIfAborted();
  checkNotKilled(file, exit);
  checkDecodable(basename(file), frames, exit);
  if (times.length < frames) throw new Error(`ffmpeg told the times of ${times.length} of ${frames} frames`);
  times.length = frames;
  putInOrder(times);
  return { times, complaint: exit.complaint, failed: exit.code !== 0 };
}

/** Seconds from the first frame to the last that has a time. */
function elapsed(times: readonly number[]): number {
  const last = times.at(-1) ?? NaN;
  return Number.isNaN(last) ? 0 : last - (times[0] ?? 0);
}

/** Gives decoded frames the numbers of their output frames, and links their repeats to them. */
async function placeFrames(folder: string, timeline: Timeline): Promise<void> {
  if (timeline.repeatedFrames === 0) return;
  // From the end, since every frame moves to its own number or a higher one.
  const spans = [...timeline.spans()];
  for (let k = spans.length - 1; k >= 0; k--) {
    const { first, times } = spans[k] ?? { first: k, times: 1 };
    const target = join(folder, frameName(first));
    if (first !== k) await rename(join(folder, frameName(k)), target);
    for (let n = first + 1; n < first + times; n++) await linkOrCopy(target, join(folder, frameName(n)));
  }
}

/** ffmpeg itself warns of more, and each holds a few frames. */
const MAX_THREADS = 16;

async function decodeArguments(
  file: string,
  size: VideoFacts,
  film: Stream,
  concurrency: number,
  limits: MediaLimits | undefined,
): Promise<string[]> {
  return [
    ...['-threads', `${Math.min(concurrency, MAX_THREADS)}`],
    ...(limits ? ['-max_pixels', `${limits.VIDEO_MAX_PIXELS}`] : []), // a stream may hold more than its header says
    ...['-max_error_rate', '1'], // what decodes is wanted, however much does not
    ...(await untrustedInput(file)),
    ...['-map', `0:${film.index}`, '-vf', [...rgbFilters(film, size), ...TIMES_FILTERS].join(',')],
    ...TIMES_OUTPUT,
    ...['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'], // else ffmpeg drops and repeats frames itself
  ];
}

/** @throws MediaError NO_FRAMES or DECODE_FAILED where nothing came out */
function checkDecodable(name: string, frames: number, { code, complaint }: Exit): void {
  if (frames > 0) return;
  const because = complaint ? ` (ffmpeg: ${complaint})` : '';
  if (code !== 0) throw new MediaError('DECODE_FAILED', `"${name}" could not be decoded${because}.`);
  const message = `"${name}" has a video track, but not one frame in it can be decoded${because}.`;
  throw new MediaError('NO_FRAMES', message);
}

/**
 * Tells a file that ends too early from one that is only damaged. Containers are a little off even in honest files
 * (edit lists, frames that never decode), so what is missing at the end must be both more than 2 % and more than a
 * second (half of a video shorter than two seconds) to count.
 * @param declared seconds of picture that the container promises; 0 where it cannot be believed
 */
function checkComplete(name: string, decoded: Decoded, declared: number, failed: boolean): void {
  const { plan, packets, last, complaint } = decoded;
  const frame = 1 / toNumber(plan.timeline.frameRate);
  const expected = Math.max(declared, packets.span + frame);
  const { start } = undecodedEnds(decoded);
  const there = start + last - plan.timeline.origin + frame;
  const because = complaint ? ` (ffmpeg: ${complaint})` : '';
  if (expected - there > Math.max(0.02 * expected, Math.min(1, expected / 2))) {
    throw new MediaError(
      'TRUNCATED',
      `"${name}" ends after ${there.toFixed(1)} s of ${expected.toFixed(1)} s: ` +
        `it is incomplete or damaged from there on${because}. Upload the whole file again.`,
    );
  }
  if (failed) throw new MediaError('DECODE_FAILED', `"${name}" could not be decoded${because}.`);
}

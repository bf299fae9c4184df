import { allOrNone, mapOrdered } from '#flow';
import { FORMAT_RGB, SAMP_420, bufferSize, compress } from '@julusian/jpeg-turbo';
import { rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BufferPool } from './buffer-pool';
import { rgbFilters } from './colour';
import { isWebm, readHead, sniffContainer } from './container';
import { MediaError } from './errors';
import type { Stream, VideoFacts } from './facts';
import { checkNotKilled, start, untrustedInput, type Exit } from './ffmpeg';
import { openLeanPipe } from './lean-pipe';
import { linkOrCopy } from './link-or-copy';
import { checkDecoded, checkRate, timeBound, type MediaLimits } from './limits';
import { scanPackets } from './packets';
import { choosePlayback, type Playback } from './playback';
import { TIMES_FILTERS, TIMES_OUTPUT, putInOrder, readTimes } from './presentation-times';
import { clockMayJump, clockStart, findTracks, type Tracks } from './probe';
import { parseRational, toNumber } from './rational';
import { cutFrames } from './raw-frames';
import { planTimeline, type Timeline } from './timeline';
import { decodingWarnings, undecodedEnds, type Decoded, type MediaWarning } from './warnings';

export interface SplitOptions {
  /** Existing folder for the frames. */
  readonly outDir: string;
  /** JPEG quality, 1..100; 90 by default. */
  readonly quality?: number;
  /** Frames compressed at the same time, and decoding threads. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  /** Limits on the decoded video and the cost of decoding; none by default. */
  readonly limits?: MediaLimits;
  /** Called with the number of frames written so far. */
  readonly onProgress?: (done: number) => void;
}

export interface SplitResult {
  readonly timeline: Timeline;
  readonly warnings: readonly MediaWarning[];
  /** For `extractSound`, so that the file is inspected only once. */
  readonly tracks: Tracks;
  readonly playback: Playback;
}

const frameName = (n: number) => `frame_${n}.jpg`;

/**
 * Decodes every frame of a video once, upright and in SDR colours, and writes the output frames as `frame_<n>.jpg`, n
 * from 0. Repeats of a frame are hard links to it, or copies if the file system has no links. ffmpeg decodes into a
 * pipe and libjpeg-turbo compresses, at two thirds of the cost of letting ffmpeg write the JPEGs. Memory is bounded by
 * `concurrency` and the size of a frame.
 *
 * @throws MediaError TRUNCATED, DECODE_FAILED, NO_FRAMES, TOO_MANY_FRAMES, TOO_LONG, FRAME_RATE_TOO_HIGH, OUT_OF_TIME or
 *         FFMPEG_KILLED; the reason of `signal` when aborted. ffmpeg has exited by then.
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
    const { report, video } = tracks;
    const [{ times, lastError, failed }, packets] = await allOrNone(signal, [
      (signal) => decode(file, facts, video, { ...options, signal }),
      (signal) => scanPackets(file, video.index, clockMayJump(report), { ...bounds, signal }),
    ]);
    const timeBase = parseRational(video.time_base);
    const plan = planTimeline(times, {
      declared: [video.r_frame_rate, video.avg_frame_rate]
        .map(parseRational)
        .filter((rate) => rate !== undefined),
      tick: timeBase ? toNumber(timeBase) : 0.001,
      ...(limits && { maxRate: limits.VIDEO_MAX_FPS, maxFrames: limits.VIDEO_MAX_FRAMES }),
    });
    if (limits) checkRate(basename(file), plan.timeline.frameRate, limits);
    const decoded: Decoded = {
      ...{ plan, packets, lastError, last: times.at(-1) ?? 0 },
      clockStart: clockStart(report, [video]),
    };
    const declared = clockMayJump(report) ? 0 : facts.duration;
    checkComplete(basename(file), decoded, declared, failed);
    await placeFrames(outDir, plan.timeline);
    const warnings = decodingWarnings(decoded);
    const playback = choosePlayback(await containerOf(file), {
      ...{ report, video, packets, plan, flawless: warnings.length === 0 },
      start: decoded.clockStart + plan.timeline.origin,
    });
    return { timeline: plan.timeline, warnings, tracks, playback };
  } finally {
    end();
  }
}

/** Decodes all frames, in order, as `frame_<k>.jpg`. @returns their presentation times, in seconds after `clockStart` */
async function decode(
  file: string,
  facts: VideoFacts,
  video: Stream,
  { outDir, quality = 90, concurrency, signal, limits, onProgress }: SplitOptions,
): Promise<{ times: number[]; lastError: string; failed: boolean }> {
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

  const args = await decodeArguments(file, facts, video, concurrency, limits);
  const pipe = await openLeanPipe();
  const ffmpeg = start('ffmpeg', args, {
    ...{ signal, output: pipe.writeEnd, extra: true },
    memoryMb: limits?.FFMPEG_MEMORY_MB,
  });
  pipe.writeEnd.destroy(); // ffmpeg has its own copy, and the pipe must end with that one
  const times: number[] = [];
  const timesRead = readTimes(ffmpeg.extra, times);
  let frames = 0;
  try {
    const written = mapOrdered(cutFrames(pipe.chunks, rawFrames), concurrency, writeFrame, signal);
    for await (frames of written) {
      if (limits) checkDecoded(basename(file), frames, elapsed(times), limits);
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
  if (times.length < frames) throw new Error(`ffmpeg wrote times for ${times.length} of ${frames} frames`);
  times.length = frames;
  putInOrder(times);
  return { times, lastError: exit.lastError, failed: exit.code !== 0 };
}

async function containerOf(file: string) {
  const head = await readHead(file);
  return isWebm(head) ? 'webm' : sniffContainer(head);
}

/** Seconds from the first frame to the latest one with a time. */
function elapsed(times: readonly number[]): number {
  const last = times.at(-1) ?? NaN;
  return Number.isNaN(last) ? 0 : last - (times[0] ?? 0);
}

/** Renames decoded frames to the numbers of their output frames and links repeats to them. */
async function placeFrames(folder: string, timeline: Timeline): Promise<void> {
  if (timeline.repeatedFrames === 0) return;
  // Last frame first, since every frame keeps its number or gets a higher one.
  const spans = [...timeline.spans()];
  for (let k = spans.length - 1; k >= 0; k--) {
    const { first, times } = spans[k] ?? { first: k, times: 1 };
    const target = join(folder, frameName(first));
    if (first !== k) await rename(join(folder, frameName(k)), target);
    for (let n = first + 1; n < first + times; n++) await linkOrCopy(target, join(folder, frameName(n)));
  }
}

/** ffmpeg warns about more threads, and each one holds a few frames. */
const MAX_THREADS = 16;

async function decodeArguments(
  file: string,
  size: VideoFacts,
  video: Stream,
  concurrency: number,
  limits: MediaLimits | undefined,
): Promise<string[]> {
  return [
    ...['-threads', `${Math.min(concurrency, MAX_THREADS)}`],
    ...(limits ? ['-max_pixels', `${limits.VIDEO_MAX_PIXELS}`] : []), // a stream may exceed the size in its header
    ...['-max_error_rate', '1'], // keep every frame that decodes, however many do not
    ...(await untrustedInput(file)),
    ...['-map', `0:${video.index}`, '-vf', [...rgbFilters(video, size), ...TIMES_FILTERS].join(',')],
    ...TIMES_OUTPUT,
    ...['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'], // by default ffmpeg drops and repeats frames
  ];
}

/** @throws MediaError NO_FRAMES or DECODE_FAILED if no frame was decoded */
function checkDecodable(name: string, frames: number, { code, lastError }: Exit): void {
  if (frames > 0) return;
  const because = lastError ? ` (ffmpeg: ${lastError})` : '';
  if (code !== 0) throw new MediaError('DECODE_FAILED', `"${name}" could not be decoded${because}.`);
  const message = `"${name}" has a video track, but none of its frames can be decoded${because}.`;
  throw new MediaError('NO_FRAMES', message);
}

/**
 * Distinguishes a truncated file from a damaged one. Declared lengths of valid files are slightly off (edit lists,
 * frames that never decode), so only a gap at the end of more than 2 % and more than a second counts (more than half of
 * a video shorter than two seconds).
 * @param declared seconds that the container declares; 0 if unreliable
 * @throws MediaError TRUNCATED or DECODE_FAILED
 */
function checkComplete(name: string, decoded: Decoded, declared: number, failed: boolean): void {
  const { plan, packets, last, lastError } = decoded;
  const frame = 1 / toNumber(plan.timeline.frameRate);
  const expected = Math.max(declared, packets.span + frame);
  const { start } = undecodedEnds(decoded);
  const actual = start + last - plan.timeline.origin + frame;
  const because = lastError ? ` (ffmpeg: ${lastError})` : '';
  if (expected - actual > Math.max(0.02 * expected, Math.min(1, expected / 2))) {
    throw new MediaError(
      'TRUNCATED',
      `"${name}" ends after ${actual.toFixed(1)} s of ${expected.toFixed(1)} s: ` +
        `the rest is missing or damaged${because}. Upload the whole file again.`,
    );
  }
  if (failed) throw new MediaError('DECODE_FAILED', `"${name}" could not be decoded${because}.`);
}

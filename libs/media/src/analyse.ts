import { basename } from 'node:path';
import { allOrNone } from '#flow';
import { isWebm, readHead, sniffContainer } from './container';
import { MediaError } from './errors';
import type { Stream, VideoFacts } from './facts';
import { checkNotKilled, type Exit } from './ffmpeg';
import { checkDecoded, checkRate, timeBound, type MediaLimits } from './limits';
import { scanPackets } from './packets';
import { choosePlayback, type Playback } from './playback';
import { putInOrder } from './presentation-times';
import { clockMayJump, clockStart, findTracks, type Tracks } from './probe';
import { parseRational, toNumber } from './rational';
import { planTimeline, type Timeline } from './timeline';
import { decodingWarnings, undecodedEnds, type Decoded, type MediaWarning } from './warnings';

/** What decoding a whole video establishes. */
export interface Analysis {
  readonly timeline: Timeline;
  readonly warnings: readonly MediaWarning[];
  /** For `extractSound`, so that the file is inspected only once. */
  readonly tracks: Tracks;
  readonly playback: Playback;
}

/** A whole track, decoded. */
export interface DecodedTrack {
  /** Number of frames. */
  readonly frames: number;
  /** Presentation times in seconds, as ffmpeg wrote them: at least one per frame. */
  readonly times: number[];
  readonly exit: Exit;
}

export interface AnalysisOptions {
  readonly signal?: AbortSignal | undefined;
  readonly limits?: MediaLimits;
}

/**
 * Decides the timeline of a video while `decode` decodes it, and checks that it is complete.
 * @param decode decodes every frame of the track
 * @throws MediaError TRUNCATED, DECODE_FAILED, NO_FRAMES, FRAME_RATE_TOO_HIGH, OUT_OF_TIME or FFMPEG_KILLED; what
 *         `decode` throws; the reason of `signal` when aborted
 */
export async function analyse(
  file: string,
  facts: VideoFacts,
  { limits, signal: stop }: AnalysisOptions,
  decode: (video: Stream, signal: AbortSignal | undefined) => Promise<DecodedTrack>,
): Promise<Analysis> {
  stop?.throwIfAborted();
  const name = basename(file);
  const { signal, end } = timeBound(name, facts.duration, limits, stop);
  try {
    const bounds = { signal, memoryMb: limits?.FFMPEG_MEMORY_MB };
    const tracks = await findTracks(file, bounds);
    const { report, video } = tracks;
    const [{ times, exit }, packets] = await allOrNone(signal, [
      async (signal) => checked(file, await decode(video, signal), signal),
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
    if (limits) checkRate(name, plan.timeline.frameRate, limits);
    const decoded: Decoded = {
      ...{ plan, packets, lastError: exit.lastError, last: times.at(-1) ?? 0 },
      clockStart: clockStart(report, [video]),
    };
    const declared = clockMayJump(report) ? 0 : facts.duration;
    checkComplete(name, decoded, declared, exit.code !== 0);
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

/**
 * Checks the limits during decoding.
 * @param times of the frames decoded so far
 * @throws MediaError TOO_MANY_FRAMES or TOO_LONG
 */
export function checkSoFar(
  name: string,
  frames: number,
  times: readonly number[],
  limits?: MediaLimits,
): void {
  if (limits) checkDecoded(name, frames, elapsed(times), limits);
}

/** A decoded track with one ordered time per frame. */
function checked(file: string, { frames, times, exit }: DecodedTrack, signal: AbortSignal): DecodedTrack {
  signal.throwIfAborted();
  checkNotKilled(file, exit);
  checkDecodable(basename(file), frames, exit);
  if (times.length < frames) throw new Error(`ffmpeg wrote times for ${times.length} of ${frames} frames`);
  times.length = frames;
  putInOrder(times);
  return { frames, times, exit };
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

/** @throws MediaError NO_FRAMES or DECODE_FAILED if no frame was decoded */
function checkDecodable(name: string, frames: number, { code, lastError }: Exit): void {
  if (frames > 0) return;
  const cause = new Error(lastError);
  if (code !== 0) throw new MediaError('DECODE_FAILED', `"${name}" could not be decoded.`, { cause });
  const message = `"${name}" has a video track, but none of its frames can be decoded.`;
  throw new MediaError('NO_FRAMES', message, { cause });
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
  const cause = new Error(lastError); // for the log: it means nothing to users
  if (expected - actual > Math.max(0.02 * expected, Math.min(1, expected / 2))) {
    throw new MediaError(
      'TRUNCATED',
      `"${name}" ends after ${actual.toFixed(1)} s of ${expected.toFixed(1)} s: ` +
        `the rest is missing or damaged.`,
      { cause },
    );
  }
  if (failed) throw new MediaError('DECODE_FAILED', `"${name}" could not be decoded.`, { cause });
}

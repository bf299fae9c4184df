import { MediaError } from './errors';
import type { VideoFacts } from './facts';
import { toNumber, type Rational } from './rational';

/** Limits on videos and on the cost of processing them. Named after the settings, which error messages quote. */
export interface MediaLimits {
  /** Maximum length of a video, in seconds. */
  readonly VIDEO_MAX_SECONDS: number;
  /** Maximum width times height of a frame. */
  readonly VIDEO_MAX_PIXELS: number;
  /** Maximum frame rate, in frames per second. */
  readonly VIDEO_MAX_FPS: number;
  /** Maximum number of frames. */
  readonly VIDEO_MAX_FRAMES: number;
  /** Memory limit of one ffmpeg process, in MiB. */
  readonly FFMPEG_MEMORY_MB: number;
  /** Seconds that a stage may spend per second of video. */
  readonly FFMPEG_TIME_FACTOR: number;
}

/** Frames are stored as JPEG, which cannot be larger (libjpeg's JPEG_MAX_DIMENSION). */
const LONGEST_SIDE = 65_500;

/** @throws MediaError TOO_MANY_PIXELS, FRAME_RATE_TOO_HIGH, TOO_LONG or TOO_MANY_FRAMES, naming limit and value */
export function checkLimits(
  name: string,
  { width, height, frameRate, duration, frames }: VideoFacts,
  limits: MediaLimits,
): void {
  const { VIDEO_MAX_PIXELS } = limits;
  if (width * height > VIDEO_MAX_PIXELS) {
    throw new MediaError(
      'TOO_MANY_PIXELS',
      `"${name}" has frames of ${width}x${height} = ${width * height} pixels; ` +
        `the limit is ${VIDEO_MAX_PIXELS} (VIDEO_MAX_PIXELS).`,
    );
  }
  if (Math.max(width, height) > LONGEST_SIDE) {
    throw new MediaError(
      'TOO_MANY_PIXELS',
      `"${name}" has frames of ${width}x${height} pixels; the limit per side is ${LONGEST_SIDE}.`,
    );
  }
  checkRate(name, frameRate, limits);
  checkDuration(name, duration, 0, limits);
  checkFrames(name, frames, limits);
}

/** @throws MediaError FRAME_RATE_TOO_HIGH */
export function checkRate(name: string, frameRate: Rational, { VIDEO_MAX_FPS }: MediaLimits): void {
  const rate = toNumber(frameRate);
  if (rate <= VIDEO_MAX_FPS) return;
  throw new MediaError(
    'FRAME_RATE_TOO_HIGH',
    `"${name}" has ${rounded(rate)} frames a second; the limit is ${VIDEO_MAX_FPS} (VIDEO_MAX_FPS).`,
  );
}

/** Valid files may hold a few frames more than their declared length. */
const SLACK_S = 1;

/**
 * Checks the limits during decoding, because a file may hold more than it declares.
 * @param frames decoded so far
 * @param duration seconds from the first decoded frame to the last
 * @throws MediaError TOO_LONG or TOO_MANY_FRAMES
 */
export function checkDecoded(name: string, frames: number, duration: number, limits: MediaLimits): void {
  checkDuration(name, duration, SLACK_S, limits);
  checkFrames(name, frames, limits);
}

function checkDuration(
  name: string,
  duration: number,
  slack: number,
  { VIDEO_MAX_SECONDS }: MediaLimits,
): void {
  if (duration <= VIDEO_MAX_SECONDS + slack) return;
  throw new MediaError(
    'TOO_LONG',
    `"${name}" is ${rounded(duration)} s long; the limit is ${VIDEO_MAX_SECONDS} s (VIDEO_MAX_SECONDS).`,
  );
}

function checkFrames(name: string, frames: number, { VIDEO_MAX_FRAMES }: MediaLimits): void {
  if (frames <= VIDEO_MAX_FRAMES) return;
  throw new MediaError(
    'TOO_MANY_FRAMES',
    `"${name}" has ${frames} frames or more; the limit is ${VIDEO_MAX_FRAMES} (VIDEO_MAX_FRAMES).`,
  );
}

const rounded = (value: number) => String(Math.round(value * 100) / 100);

/** Fixed part of the stage time limit, in seconds. */
const BASE_TIME = 60;

/**
 * Combines `signal` with a time limit for processing a video of `duration` seconds, which aborts with MediaError
 * OUT_OF_TIME. Call `end` when the work is done.
 */
export function timeBound(
  name: string,
  duration: number,
  limits: MediaLimits | undefined,
  signal: AbortSignal | undefined,
): { readonly signal: AbortSignal | undefined; readonly end: () => void } {
  if (!limits) return { signal, end: () => undefined };
  const seconds = BASE_TIME + duration * limits.FFMPEG_TIME_FACTOR;
  const outOfTime = new AbortController();
  const message =
    `Processing "${name}" took longer than ${Math.round(seconds)} s, the limit for a video ` +
    `of ${rounded(duration)} s (FFMPEG_TIME_FACTOR).`;
  // Node's timers overflow at 2^31 ms, about 24 days.
  const timer = setTimeout(
    () => {
      outOfTime.abort(new MediaError('OUT_OF_TIME', message));
    },
    Math.min(seconds * 1000, 2 ** 31 - 1),
  );
  return {
    signal: signal ? AbortSignal.any([signal, outOfTime.signal]) : outOfTime.signal,
    end: () => {
      clearTimeout(timer);
    },
  };
}

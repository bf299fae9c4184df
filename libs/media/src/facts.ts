import { z } from 'zod';
import type { Playback } from './playback';
import { parseRational, toNumber, toRational, type Rational } from './rational';
import { durationTag, soundTracks } from './tracks';

/** Properties of a video that are known before it is decoded. */
export interface VideoFacts {
  /** Pixels, as displayed after `rotation`. */
  readonly width: number;
  /** Pixels, as displayed after `rotation`. */
  readonly height: number;
  /** Clockwise rotation that the file asks players to apply: 0, 90, 180 or 270 degrees. */
  readonly rotation: number;
  /** Constant rate of the output; an estimate until the video is decoded. */
  readonly frameRate: Rational;
  /** Whether source frames vary in duration, so that output frames repeat some of them. */
  readonly variableFrameRate: boolean;
  /** Length of the video track, in seconds. */
  readonly duration: number;
  /** Output frames at `frameRate`; an estimate until the video is decoded. */
  readonly frames: number;
  /** Number of decoded source frames; known once the video is decoded. */
  readonly sourceFrames?: number;
  /** ffmpeg's name of the codec, such as `h264`. */
  readonly codec: string;
  readonly audio: boolean;
  /** What browsers play; known once the video is decoded. */
  readonly playback?: Playback;
  /** Width to height of a pixel; 1/1 if the file declares none. */
  readonly sampleAspectRatio: Rational;
}

const Stream = z.object({
  index: z.number().default(0),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  sample_aspect_ratio: z.string().optional(),
  r_frame_rate: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  nb_frames: z.coerce.number().optional(),
  start_time: z.coerce.number().default(0),
  duration: z.coerce.number().optional(),
  sample_rate: z.coerce.number().optional(),
  time_base: z.string().optional(),
  field_order: z.string().optional(),
  pix_fmt: z.string().optional(),
  color_space: z.string().optional(),
  color_transfer: z.string().optional(),
  nb_read_packets: z.coerce.number().optional(),
  tags: z.object({ DURATION: z.string().optional() }).optional(),
  disposition: z.record(z.string(), z.number()).default({}),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).default([]),
});

/** The fields of ffprobe's JSON that are used. */
export const Report = z.object({
  streams: z.array(Stream).default([]),
  format: z.object({
    format_name: z.string(),
    start_time: z.coerce.number().default(0),
    duration: z.coerce.number().optional(),
  }),
});
export type Report = z.infer<typeof Report>;
export type Stream = z.infer<typeof Stream>;

/** What a decoder must know of a video track. */
export const VideoTrack = Stream.pick({
  index: true,
  codec_name: true,
  color_space: true,
  color_transfer: true,
  field_order: true,
});
export type VideoTrack = z.infer<typeof VideoTrack>;

/** Frame rate and length of a video. */
export type Timing = Pick<VideoFacts, 'frameRate' | 'variableFrameRate' | 'duration'>;

/** A higher declared rate is the resolution of a clock (1000 or 90000 per second), not a frame rate. */
const HIGHEST_RATE = 300;

/**
 * The timing that the container declares; undefined if it declares none that is plausible (live recordings know
 * neither their length nor their rate).
 *
 * The rate is the one whose grid holds all timestamps (ffprobe's r_frame_rate) if most of that grid is filled, otherwise the
 * average rate. The final rate is decided after decoding (timeline.ts).
 * @param measured length in seconds, if the declared one is unreliable
 */
export function declaredTiming(stream: Stream, container: string, measured?: number): Timing | undefined {
  const grid = parseRational(stream.r_frame_rate);
  const average = parseRational(stream.avg_frame_rate);
  const duration = measured ?? declaredDuration(stream, container, average);
  if (!grid || !average || !duration || toNumber(average) > HIGHEST_RATE) return undefined;
  const ratio = toNumber(grid) / toNumber(average);
  const framesApart = Math.abs(ratio - 1) * toNumber(average) * duration;
  return {
    frameRate: ratio > 0.999 && ratio <= 1.2 ? grid : average,
    variableFrameRate: framesApart > 1,
    duration,
  };
}

function declaredDuration(stream: Stream, container: string, rate: Rational | undefined): number | undefined {
  // ffprobe derives an AVI's duration from the data present; the frame count of the header shows what is missing.
  if (container === 'avi' && stream.nb_frames && rate) return stream.nb_frames / toNumber(rate);
  return stream.duration ?? durationTag(stream);
}

/** Timing from the presentation times of all packets; undefined without packets. */
export function measuredTiming({ count, span }: { count: number; span: number }): Timing | undefined {
  if (count === 0) return undefined;
  // A single frame has no rate, so 25 is as good as any. The rate of a few frames in quick succession is capped.
  const average = span > 0 ? (count - 1) / span : 25;
  const rate = count <= HIGHEST_RATE ? Math.min(average, HIGHEST_RATE) : average;
  const frameRate = toRational(rate);
  return { frameRate, variableFrameRate: true, duration: span + 1 / toNumber(frameRate) };
}

/** @returns undefined if the frame size is unknown */
export function toFacts(report: Report, stream: Stream, timing: Timing): VideoFacts | undefined {
  if (!stream.width || !stream.height) return undefined;
  const counterclockwise =
    stream.side_data_list.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  const rotation = (((Math.round(-counterclockwise / 90) * 90) % 360) + 360) % 360;
  const sideways = rotation % 180 !== 0;
  const shape = parseRational(stream.sample_aspect_ratio) ?? { num: 1, den: 1 };
  return {
    width: sideways ? stream.height : stream.width,
    height: sideways ? stream.width : stream.height,
    rotation,
    ...timing,
    frames: Math.max(1, Math.round(timing.duration * toNumber(timing.frameRate))),
    codec: stream.codec_name ?? 'unknown',
    audio: soundTracks(report).length > 0,
    sampleAspectRatio: sideways ? { num: shape.den, den: shape.num } : shape,
  };
}

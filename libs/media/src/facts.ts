import { z } from 'zod';
import { parseRational, toNumber, toRational, type Rational } from './rational';
import { durationTag, soundTracks } from './tracks';

/** What is known of a video before it is decoded. */
export interface VideoFacts {
  /** Pixels across as displayed, after `rotation`. */
  readonly width: number;
  /** Pixels down as displayed, after `rotation`. */
  readonly height: number;
  /** Clockwise turn that the file asks players for: 0, 90, 180 or 270 degrees. */
  readonly rotation: number;
  /** The constant rate of the output: expected, until the video is decoded. */
  readonly frameRate: Rational;
  /** Whether some source frames last longer than others, so that output frames repeat them. */
  readonly variableFrameRate: boolean;
  /** Seconds of picture. */
  readonly duration: number;
  /** Output frames at `frameRate`: expected, until the video is decoded. */
  readonly frames: number;
  /** Frames that the source decodes to; known once it is decoded. */
  readonly sourceFrames?: number;
  /** As ffmpeg calls it, e.g. `h264`. */
  readonly codec: string;
  readonly audio: boolean;
  /** Shape of a pixel, width to height; 1/1 where the file says nothing. */
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
  color_space: z.string().optional(),
  color_transfer: z.string().optional(),
  nb_read_packets: z.coerce.number().optional(),
  tags: z.object({ DURATION: z.string().optional() }).optional(),
  disposition: z.record(z.string(), z.number()).default({}),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).default([]),
});

/** The part of ffprobe's JSON that is read here. */
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

/** Frame rate and length of a video. */
export type Timing = Pick<VideoFacts, 'frameRate' | 'variableFrameRate' | 'duration'>;

/** Above this a "rate" is a clock's resolution (1000 or 90000 a second), not how often frames come. */
const HIGHEST_RATE = 300;

/**
 * The timing that the container declares, undefined where it declares none that can be believed (recordings
 * written live know neither their length nor their rate).
 *
 * The rate is the one on whose grid all timestamps fall (ffprobe's r_frame_rate) as long as most of that grid is
 * filled; where frames come much more seldom than the grid allows, it is their average rate. What the frames turn
 * out to need is decided when they are decoded (timeline.ts).
 * @param measured seconds of picture, where the container's own statement cannot be believed
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
  // An AVI's duration is measured on what is there; what was meant to be there is the count of its header.
  if (container === 'avi' && stream.nb_frames && rate) return stream.nb_frames / toNumber(rate);
  return stream.duration ?? durationTag(stream);
}

/** Timing from the presentation times of all packets; undefined where there are none. */
export function measuredTiming({ count, span }: { count: number; span: number }): Timing | undefined {
  if (count === 0) return undefined;
  // A lone frame has no rate of its own: 25 a second is as good as any. A few that come at once have none either.
  const average = span > 0 ? (count - 1) / span : 25;
  const rate = count <= HIGHEST_RATE ? Math.min(average, HIGHEST_RATE) : average;
  const frameRate = toRational(rate);
  return { frameRate, variableFrameRate: true, duration: span + 1 / toNumber(frameRate) };
}

/** Puts the facts together. @returns undefined where the pictures have no known size */
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

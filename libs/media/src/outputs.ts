import { fit } from './fit';
import { fileArgument } from './ffmpeg';
import { toNumber, type Rational } from './rational';

export type AviCodec = 'mjpeg' | 'mpeg4' | 'h264';

/** A file to write; replaces an existing one. */
export type VideoOutput = AviOutput | Mp4Output;

/** Frames at full size, with their pixel aspect ratio. */
interface AviOutput {
  readonly container: 'avi';
  readonly target: string;
  /** `mjpeg` stores the JPEGs unchanged; `mpeg4` and `h264` are smaller and cost 25 to 50 times the CPU. */
  readonly codec: AviCodec;
}

/** A file that every browser can stream: H.264 in 4:2:0, square pixels, AAC, the index first. */
interface Mp4Output {
  readonly container: 'mp4';
  readonly target: string;
  /** Maximum length of the shorter side in pixels; larger frames are scaled down. */
  readonly shortSide: number;
}

export interface FrameFormat {
  readonly frameRate: Rational;
  /** Pixels, the same for every frame. */
  readonly width: number;
  readonly height: number;
  /** Width to height of a pixel, 1:1 by default. */
  readonly sampleAspectRatio?: Rational;
}

/** Delay of LAME's encoder in samples (its `ENCDELAY` plus the decoder's 529), which AVI cannot declare. */
const MP3_DELAY = 1105;

/** AAC in AVI plays badly, and not every browser plays MP3 in MP4. */
const SOUND = {
  avi: ['-c:a', 'libmp3lame', '-b:a', '160k', '-af', `atrim=start_sample=${MP3_DELAY},asetpts=PTS-STARTPTS`],
  mp4: ['-c:a', 'aac', '-b:a', '128k'],
};

/** ffmpeg's arguments for one output file. The sound, if any, is the second input. */
export function outputArguments(output: VideoOutput, frames: FrameFormat, sound: boolean): readonly string[] {
  const video = output.container === 'avi' ? aviVideo(output, frames) : mp4Video(output, frames);
  return [
    ...['-map', '0:v', ...video, '-map_chapters', '-1'],
    ...(sound ? ['-map', '1:a', ...SOUND[output.container]] : []),
    ...CONTAINERS[output.container],
    ...['-y', fileArgument(output.target)],
  ];
}

const CONTAINERS = {
  // AVI has no timestamps: shifting everything by the delay of the MP3 encoder would add a frame at the start.
  avi: ['-avoid_negative_ts', 'disabled', '-f', 'avi'],
  mp4: ['-movflags', '+faststart', '-f', 'mp4'],
};

/** The frames are full-range RGB or BT.601, but players expect limited range from video codecs. */
const LIMITED_RANGE = 'out_range=tv:out_color_matrix=smpte170m,format=yuv420p';
const COLOURS = [
  ...['-colorspace', 'smpte170m', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
  ...['-color_range', 'tv'],
];

/** H.264 with 4:2:0 requires even sizes. */
const EVEN = 'pad=ceil(iw/2)*2:ceil(ih/2)*2';

function aviVideo({ codec }: AviOutput, { width, height, sampleAspectRatio = SQUARE }: FrameFormat) {
  const { num, den } = sampleAspectRatio;
  const filters = `scale=${LIMITED_RANGE},setsar=${num}/${den}`;
  switch (codec) {
    case 'mjpeg':
      return ['-c:v', 'copy', ...aspect(width * num, height * den)];
    case 'mpeg4':
      return ['-c:v', 'mpeg4', '-q:v', '3', '-vtag', 'DIVX', '-vf', filters];
    case 'h264':
      return [
        ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', ...COLOURS],
        ...['-vf', `${EVEN},${filters}`],
      ];
  }
}

/** ffmpeg reduces both numbers to 255 at most, and fails if one of them becomes 0. */
const MAX_ASPECT = 255;

/** The display aspect ratio; omitted for extreme ratios, which ffmpeg rejects and no player can show. */
function aspect(across: number, down: number): string[] {
  const ratio = Math.max(across / down, down / across);
  return ratio > MAX_ASPECT ? [] : ['-aspect', `${across}:${down}`];
}

const SQUARE: Rational = { num: 1, den: 1 };

/** Maximum length of the longer side: the limit of H.264 level 5.1, the highest that most hardware decodes. */
const LONG_SIDE = 4096;

/** Seconds between key frames, to which a player can seek. */
const KEY_FRAME_INTERVAL = 2;

function mp4Video({ shortSide }: Mp4Output, frames: FrameFormat): string[] {
  const { width, height } = fit(frames, { short: shortSide, long: LONG_SIDE });
  const keyInterval = Math.max(1, Math.round(KEY_FRAME_INTERVAL * toNumber(frames.frameRate)));
  return [
    // superfast: half the size of ultrafast for 25 % more CPU; veryfast would save another sixth for 50 % more CPU
    ...['-c:v', 'libx264', '-preset', 'superfast', '-crf', '25', '-g', `${keyInterval}`, ...COLOURS],
    ...['-vf', `scale=${width}:${height}:${LIMITED_RANGE},${EVEN},setsar=1`],
  ];
}

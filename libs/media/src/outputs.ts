import { fit } from './fit';
import { fileArgument } from './ffmpeg';
import { toNumber, type Rational } from './rational';

export type AviCodec = 'mjpeg' | 'mpeg4' | 'h264';

/** A file to write; one that is there is replaced. */
export type VideoOutput = AviOutput | Mp4Output;

/** All of the picture, in the shape of its pixels. */
export interface AviOutput {
  readonly container: 'avi';
  readonly target: string;
  /** `mjpeg` keeps the JPEGs as they are; `mpeg4` and `h264` are smaller and cost 25 to 50 times the CPU. */
  readonly codec: AviCodec;
}

/** What every browser plays while it arrives: H.264 in 4:2:0, square pixels, AAC, the index in front. */
export interface Mp4Output {
  readonly container: 'mp4';
  readonly target: string;
  /** Most pixels of the shorter side; a larger picture is made smaller. */
  readonly shortSide: number;
}

/** What the frames are like. */
export interface FrameFormat {
  readonly frameRate: Rational;
  /** Size of every frame in pixels. */
  readonly width: number;
  readonly height: number;
  /** Shape of a pixel, by default square. */
  readonly sampleAspectRatio?: Rational;
}

/** Samples by which LAME's encoder delays the sound, which AVI cannot say (its `ENCDELAY` and the decoder's 529). */
const MP3_DELAY = 1105;

/** AAC in AVI plays badly, and not every browser plays MP3 in MP4. */
const SOUND = {
  avi: ['-c:a', 'libmp3lame', '-b:a', '160k', '-af', `atrim=start_sample=${MP3_DELAY},asetpts=PTS-STARTPTS`],
  mp4: ['-c:a', 'aac', '-b:a', '128k'],
};

/** ffmpeg's arguments for one of its output files. The sound, if there is some, is the second input. */
export function outputArguments(output: VideoOutput, frames: FrameFormat, sound: boolean): readonly string[] {
  const picture = output.container === 'avi' ? aviPicture(output, frames) : mp4Picture(output, frames);
  return [
    ...['-map', '0:v', ...picture, '-map_chapters', '-1'],
    ...(sound ? ['-map', '1:a', ...SOUND[output.container]] : []),
    ...CONTAINERS[output.container],
    ...['-y', fileArgument(output.target)],
  ];
}

const CONTAINERS = {
  // AVI has no timestamps: moving everything by an MP3 encoder's delay would cost an extra first frame.
  avi: ['-avoid_negative_ts', 'disabled', '-f', 'avi'],
  mp4: ['-movflags', '+faststart', '-f', 'mp4'],
};

/** JPEG is full range BT.601; of the video codecs players expect limited range. */
const LIMITED_RANGE = 'out_range=tv,format=yuv420p';
const COLOURS = [
  ...['-colorspace', 'smpte170m', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
  ...['-color_range', 'tv'],
];

/** H.264 with 4:2:0 knows even sizes only. */
const EVEN = 'pad=ceil(iw/2)*2:ceil(ih/2)*2';

function aviPicture({ codec }: AviOutput, { width, height, sampleAspectRatio = SQUARE }: FrameFormat) {
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

/** ffmpeg makes both numbers 255 at most, and ends where one of them becomes 0 by that. */
const MOST_ASPECT = 255;

/** The shape of the picture; left out where it is too long and thin to be told, which no player can show anyway. */
function aspect(across: number, down: number): string[] {
  const ratio = Math.max(across / down, down / across);
  return ratio > MOST_ASPECT ? [] : ['-aspect', `${across}:${down}`];
}

const SQUARE: Rational = { num: 1, den: 1 };

/** Pixels of the longer side: H.264's level 5.1, the last that decoders in hardware can be expected to know, ends there. */
const LONG_SIDE = 4096;

/** Seconds between pictures that a player can jump to; those between are decoded on the way. */
const JUMP_EVERY = 2;

function mp4Picture({ shortSide }: Mp4Output, frames: FrameFormat): string[] {
  const { width, height } = fit(frames, { short: shortSide, long: LONG_SIDE });
  const keyInterval = Math.max(1, Math.round(JUMP_EVERY * toNumber(frames.frameRate)));
  return [
    // superfast: half the size of ultrafast for a quarter more CPU; veryfast saves a sixth of that for half as much again
    ...['-c:v', 'libx264', '-preset', 'superfast', '-crf', '25', '-g', `${keyInterval}`, ...COLOURS],
    ...['-vf', `scale=${width}:${height}:${LIMITED_RANGE},${EVEN},setsar=1`],
  ];
}

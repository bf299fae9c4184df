import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { MediaError } from './errors';
import { audioStream, videoStream } from './facts';
import { fileArgument, start, untrustedInput, type Running } from './ffmpeg';
import { inspect } from './probe';
import type { Rational } from './rational';

export type AviCodec = 'mjpeg' | 'mpeg4' | 'h264';

export interface AviOptions {
  /** The file to write; one that is there is replaced. */
  readonly target: string;
  readonly frameRate: Rational;
  /** Size of every frame in pixels. */
  readonly width: number;
  readonly height: number;
  /** `mjpeg` keeps the JPEGs as they are; `mpeg4` and `h264` are smaller and cost 25 to 50 times the CPU. */
  readonly codec: AviCodec;
  /** The video whose sound goes along, where it has some. */
  readonly audioFrom?: string;
  /** Shape of a pixel, by default square. */
  readonly sampleAspectRatio?: Rational;
  readonly signal?: AbortSignal;
}

/**
 * Starts an AVI that JPEG frames are then written to. Its video stream has exactly the frames written, at exactly the
 * rate given; sound keeps its length and its offset to the picture.
 *
 * @throws MediaError FFMPEG_NOT_RUNNABLE, or NOT_A_VIDEO for an `audioFrom` that cannot be read
 */
export async function openAvi(options: AviOptions): Promise<AviWriter> {
  const { audioFrom, signal } = options;
  const audio = audioFrom === undefined ? [] : await audioArguments(audioFrom, signal);
  signal?.throwIfAborted();
  return new AviWriter(options, start('ffmpeg', aviArguments(options, audio), signal));
}

/** An AVI in the making. After an error or abort() no file is left. */
export class AviWriter {
  private frames = 0;

  /** Use openAvi(). */
  constructor(
    private readonly options: AviOptions,
    private readonly ffmpeg: Running,
  ) {}

  /** Adds one frame; resolves when ffmpeg is ready for more. */
  async write(jpeg: Buffer): Promise<void> {
    const error = await new Promise<unknown>((done) => {
      this.ffmpeg.stdin.write(jpeg, done);
    });
    if (error) await this.fail(error);
    this.frames++;
  }

  /** Completes the file; resolves when it is whole. */
  async finish(): Promise<void> {
    this.ffmpeg.stdin.end();
    const { code } = await this.ffmpeg.exited;
    if (code !== 0 || this.frames === 0) await this.fail();
  }

  /** Gives up: ffmpeg is killed and the unfinished file removed. */
  async abort(): Promise<void> {
    this.ffmpeg.kill();
    await this.ffmpeg.exited;
    await rm(this.options.target, { force: true });
  }

  private async fail(cause?: unknown): Promise<never> {
    const { complaint } = await this.ffmpeg.exited;
    await rm(this.options.target, { force: true });
    this.options.signal?.throwIfAborted();
    const why = this.frames === 0 && !complaint ? 'no frame was written' : complaint || 'ffmpeg was stopped';
    const message = `"${basename(this.options.target)}" could not be written after ${this.frames} frames: ${why}.`;
    throw new MediaError('ENCODE_FAILED', message, { cause });
  }
}

const EVEN = 'pad=ceil(iw/2)*2:ceil(ih/2)*2';
// JPEG is full range BT.601; the video codecs are taken to be limited range.
const LIMITED_RANGE = 'scale=out_range=tv,format=yuv420p';

const VIDEO_ARGUMENTS: Record<AviCodec, readonly string[]> = {
  mjpeg: ['-c:v', 'copy'],
  mpeg4: ['-c:v', 'mpeg4', '-q:v', '3', '-vtag', 'DIVX', '-vf', LIMITED_RANGE],
  h264: [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-vf', `${EVEN},${LIMITED_RANGE}`],
    ...['-colorspace', 'smpte170m', '-color_range', 'tv'],
  ],
};

function aviArguments(options: AviOptions, audio: readonly string[]): string[] {
  const { frameRate, width, height, codec, target, sampleAspectRatio: shape = { num: 1, den: 1 } } = options;
  return [
    ...['-f', 'jpeg_pipe', '-framerate', `${frameRate.num}/${frameRate.den}`, '-i', 'pipe:0'],
    ...audio,
    ...['-map', '0:v', ...VIDEO_ARGUMENTS[codec], '-aspect', `${width * shape.num}:${height * shape.den}`],
    // AVI has no timestamps: moving everything by an MP3 encoder's delay would cost an extra first frame.
    ...['-avoid_negative_ts', 'disabled', '-f', 'avi', '-y', fileArgument(target)],
  ];
}

/** Seconds between sound and picture that nobody notices (ITU-R BT.1359 puts the threshold at 45 ms). */
const IN_SYNC = 0.045;

/** The input and the encoder for the sound of `file`, empty where it has none. */
async function audioArguments(file: string, signal: AbortSignal | undefined): Promise<string[]> {
  const report = await inspect(file, signal);
  const audio = audioStream(report);
  if (!audio) return [];
  // ffmpeg counts an input's time from its earliest stream; frame 0 is where the picture starts.
  const pictureStart = videoStream(report)?.start_time ?? audio.start_time;
  const shift = report.format.start_time - pictureStart;
  const copied = audio.codec_name === 'mp3' && Math.abs(audio.start_time - pictureStart) < IN_SYNC;
  return [
    ...['-itsoffset', shift.toFixed(6), '-vn', '-sn', '-dn', ...untrustedInput(file), '-map', '1:a:0'],
    // AAC in AVI plays badly, so sound becomes MP3. AVI cannot say "later": silence fills the time before the sound.
    ...(copied
      ? ['-c:a', 'copy']
      : ['-af', 'aresample=async=1:first_pts=0', '-c:a', 'libmp3lame', '-b:a', '160k']),
  ];
}

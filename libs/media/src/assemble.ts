import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { MediaError } from './errors';
import { audioStream, videoStream } from './facts';
import { fileArgument, start, untrustedInput, type Running, type StartOptions } from './ffmpeg';
import { inspect } from './probe';
import { timeBound, type MediaLimits } from './limits';
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
  /** Seconds of video, which `limits` grant time for. */
  readonly duration?: number;
  /** What the work may cost; by default anything. */
  readonly limits?: MediaLimits;
}

/**
 * Starts an AVI that JPEG frames are then written to. Its video stream has exactly the frames written, at exactly the
 * rate given; sound keeps its length and its offset to the picture.
 *
 * @throws MediaError FFMPEG_NOT_RUNNABLE, OUT_OF_TIME, or NOT_A_VIDEO for an `audioFrom` that cannot be read
 */
export async function openAvi(options: AviOptions): Promise<AviWriter> {
  const { audioFrom, target, duration = 0, limits } = options;
  const { signal, end } = timeBound(basename(target), duration, limits, options.signal);
  const bounds = { signal, memoryMb: limits?.FFMPEG_MEMORY_MB };
  try {
    const sound = audioFrom === undefined ? undefined : await soundOf(audioFrom, bounds);
    signal?.throwIfAborted();
    const ffmpeg = start('ffmpeg', aviArguments(options, sound), bounds);
    ffmpeg.exited.then(end, end);
    return new AviWriter(target, signal, ffmpeg);
  } catch (error) {
    end();
    throw error;
  }
}

/** An AVI in the making. After an error or abort() no file is left. */
export class AviWriter {
  private frames = 0;

  /** Use openAvi(). */
  constructor(
    private readonly target: string,
    private readonly signal: AbortSignal | undefined,
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
    await rm(this.target, { force: true });
  }

  private async fail(cause?: unknown): Promise<never> {
    const { complaint } = await this.ffmpeg.exited;
    await rm(this.target, { force: true });
    this.signal?.throwIfAborted();
    const why = this.frames === 0 && !complaint ? 'no frame was written' : complaint || 'ffmpeg was stopped';
    const message = `"${basename(this.target)}" could not be written after ${this.frames} frames: ${why}.`;
    throw new MediaError('ENCODE_FAILED', message, { cause });
  }
}

/** What turns the JPEGs into the video stream. */
function videoArguments({
  codec,
  width,
  height,
  sampleAspectRatio = { num: 1, den: 1 },
}: AviOptions): string[] {
  const { num, den } = sampleAspectRatio;
  // JPEG is full range BT.601; of the video codecs players expect limited range.
  const filters = `scale=out_range=tv,format=yuv420p,setsar=${num}/${den}`;
  switch (codec) {
    case 'mjpeg':
      return ['-c:v', 'copy', '-aspect', `${width * num}:${height * den}`];
    case 'mpeg4':
      return ['-c:v', 'mpeg4', '-q:v', '3', '-vtag', 'DIVX', '-vf', filters];
    case 'h264':
      return [
        ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20'],
        ...['-colorspace', 'smpte170m', '-color_range', 'tv'],
        ...['-vf', `pad=ceil(iw/2)*2:ceil(ih/2)*2,${filters}`], // H.264 with 4:2:0 knows even sizes only
      ];
  }
}

function aviArguments(options: AviOptions, sound: Sound | undefined): string[] {
  const { num, den } = options.frameRate;
  return [
    ...['-f', 'jpeg_pipe', '-framerate', `${num}/${den}`, '-i', 'pipe:0', ...(sound?.input ?? [])],
    ...['-map', '0:v', ...videoArguments(options), ...(sound?.output ?? [])],
    // AVI has no timestamps: moving everything by an MP3 encoder's delay would cost an extra first frame.
    ...['-avoid_negative_ts', 'disabled', '-f', 'avi', '-y', fileArgument(options.target)],
  ];
}

/** Seconds between sound and picture that nobody notices (ITU-R BT.1359 puts the threshold at 45 ms). */
const IN_SYNC = 0.045;

/** ffmpeg's arguments for the sound: how to open it, how to write it. */
interface Sound {
  readonly input: readonly string[];
  readonly output: readonly string[];
}

/** The first sound track of `file`, undefined where it has none. */
async function soundOf(file: string, bounds: StartOptions): Promise<Sound | undefined> {
  const report = await inspect(file, bounds);
  const audio = audioStream(report);
  if (!audio) return undefined;
  // ffmpeg counts an input's time from its earliest stream; frame 0 is where the picture starts.
  const pictureStart = videoStream(report)?.start_time ?? audio.start_time;
  const shift = report.format.start_time - pictureStart;
  const copied = audio.codec_name === 'mp3' && Math.abs(audio.start_time - pictureStart) < IN_SYNC;
  // AAC in AVI plays badly, so sound becomes MP3. AVI cannot say "later": silence fills the time before the sound.
  const encoder = copied
    ? ['-c:a', 'copy']
    : ['-c:a', 'libmp3lame', '-b:a', '160k', '-af', 'aresample=async=1:first_pts=0'];
  return {
    input: ['-itsoffset', shift.toFixed(6), '-vn', '-sn', '-dn', ...(await untrustedInput(file))],
    output: ['-map', '1:a:0', ...encoder],
  };
}

import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { MediaError } from './errors';
import { fileArgument, start, type Running } from './ffmpeg';
import { timeBound, type MediaLimits } from './limits';
import { outputArguments, type FrameFormat, type VideoOutput } from './outputs';

export interface VideoOptions extends FrameFormat {
  /** The files to write from the same frames. */
  readonly outputs: readonly VideoOutput[];
  /** The sound as `extractSound` wrote it, where there is some. */
  readonly sound?: string;
  readonly signal?: AbortSignal;
  /** Threads that decode, and that encode each file; by default as many as ffmpeg likes. */
  readonly threads?: number;
  /** Seconds of video, which `limits` grant time for. */
  readonly duration?: number;
  /** What the work may cost; by default anything. */
  readonly limits?: MediaLimits;
}

/**
 * Starts one video, in one file or several, that JPEG frames are then written to. Its picture has exactly the frames
 * written, at exactly the rate given; sound starts with the first of them and keeps its length.
 *
 * @throws MediaError FFMPEG_NOT_RUNNABLE, OUT_OF_TIME
 */
export function openVideo(options: VideoOptions): VideoWriter {
  const { sound, outputs, frameRate, duration = 0, limits } = options;
  const targets = outputs.map(({ target }) => target);
  const { signal, end } = timeBound(namesOf(targets), duration, limits, options.signal);
  const threads = options.threads === undefined ? [] : ['-threads', `${options.threads}`];
  try {
    signal?.throwIfAborted();
    const rate = `${frameRate.num}/${frameRate.den}`;
    const args = [
      ...[...threads, '-f', 'jpeg_pipe', '-framerate', rate, '-i', 'pipe:0'],
      ...(sound === undefined ? [] : ['-f', 'flac', '-i', fileArgument(sound)]),
      ...outputs.flatMap((output) => [...threads, ...outputArguments(output, options, sound !== undefined)]),
    ];
    const ffmpeg = start('ffmpeg', args, { signal, memoryMb: limits?.FFMPEG_MEMORY_MB });
    ffmpeg.exited.then(end, end);
    return new VideoWriter(targets, signal, ffmpeg);
  } catch (error) {
    end();
    throw error;
  }
}

/** A video in the making. After an error or abort() no file is left. */
export class VideoWriter {
  private frames = 0;

  /** Use openVideo(). */
  constructor(
    private readonly targets: readonly string[],
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

  /** Completes the files; resolves when they are whole. */
  async finish(): Promise<void> {
    this.ffmpeg.stdin.end();
    const { code } = await this.ffmpeg.exited;
    if (code !== 0 || this.frames === 0) await this.fail();
  }

  /** Gives up: ffmpeg is killed and what is unfinished removed. */
  async abort(): Promise<void> {
    this.ffmpeg.kill();
    await this.ffmpeg.exited;
    await this.remove();
  }

  private async fail(cause?: unknown): Promise<never> {
    const { complaint } = await this.ffmpeg.exited;
    await this.remove();
    this.signal?.throwIfAborted();
    const why = this.frames === 0 && !complaint ? 'no frame was written' : complaint || 'ffmpeg was stopped';
    const message = `"${namesOf(this.targets)}" could not be written after ${this.frames} frames: ${why}.`;
    throw new MediaError('ENCODE_FAILED', message, { cause });
  }

  private async remove(): Promise<void> {
    await Promise.all(this.targets.map((target) => rm(target, { force: true })));
  }
}

function namesOf(files: readonly string[]): string {
  return files.map((file) => basename(file)).join(' and ');
}

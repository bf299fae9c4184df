import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { MediaError } from './errors';
import { fileArgument, start, type Running } from './ffmpeg';
import { timeBound, type MediaLimits } from './limits';
import { outputArguments, type FrameFormat, type VideoOutput } from './outputs';

export interface VideoOptions extends FrameFormat {
  /** Form of the frames: JPEGs (default), or RGB pixels, three bytes each and row by row. */
  readonly input?: 'jpeg' | 'rgb';
  /** The files to write from the same frames. */
  readonly outputs: readonly VideoOutput[];
  /** The FLAC file that `extractSound` wrote, if there is sound. */
  readonly sound?: string;
  readonly signal?: AbortSignal;
  /** Threads for decoding, and for encoding each file; chosen by ffmpeg by default. */
  readonly threads?: number;
  /** Length of the video in seconds; the time limit grows with it. */
  readonly duration?: number;
  /** Time and memory limits; none by default. */
  readonly limits?: MediaLimits;
}

/**
 * Starts a video, in one or more files, from frames that the caller writes. The output has exactly these frames
 * at exactly this rate. Sound starts with the first frame and keeps its length.
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
      ...[...threads, ...inputFormat(options), '-framerate', rate, '-i', 'pipe:0'],
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

/** Writes one video. An error or abort() removes its files. */
export class VideoWriter {
  private frames = 0;

  /** Use openVideo(). */
  constructor(
    private readonly targets: readonly string[],
    private readonly signal: AbortSignal | undefined,
    private readonly ffmpeg: Running,
  ) {}

  /** Appends a frame; resolves when ffmpeg accepts the next one. */
  async write(frame: Buffer): Promise<void> {
    const error = await new Promise<unknown>((done) => {
      this.ffmpeg.stdin.write(frame, done);
    });
    if (error) await this.fail(error);
    this.frames++;
  }

  /** Resolves when the files are complete. */
  async finish(): Promise<void> {
    this.ffmpeg.stdin.end();
    const { code } = await this.ffmpeg.exited;
    if (code !== 0 || this.frames === 0) await this.fail();
  }

  /** Kills ffmpeg and removes the unfinished files. */
  async abort(): Promise<void> {
    this.ffmpeg.kill();
    await this.ffmpeg.exited;
    await this.remove();
  }

  private async fail(cause?: unknown): Promise<never> {
    const { lastError } = await this.ffmpeg.exited;
    await this.remove();
    this.signal?.throwIfAborted();
    const reason =
      this.frames === 0 && !lastError ? 'no frame was written' : lastError || 'ffmpeg was stopped';
    const message = `"${namesOf(this.targets)}" could not be written after ${this.frames} frames: ${reason}.`;
    throw new MediaError('ENCODE_FAILED', message, { cause });
  }

  private async remove(): Promise<void> {
    await Promise.all(this.targets.map((target) => rm(target, { force: true })));
  }
}

function inputFormat({ input = 'jpeg', width, height }: VideoOptions): string[] {
  if (input === 'jpeg') return ['-f', 'jpeg_pipe'];
  return ['-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${width}x${height}`];
}

function namesOf(files: readonly string[]): string {
  return files.map((file) => basename(file)).join(' and ');
}

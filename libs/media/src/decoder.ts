import type { BufferPool } from './buffer-pool';
import { rgbFilters } from './colour';
import type { VideoTrack } from './facts';
import { start, untrustedInput, type Exit } from './ffmpeg';
import type { Size } from './fit';
import { openLeanPipe } from './lean-pipe';
import type { MediaLimits } from './limits';
import { TIMES_FILTERS, TIMES_OUTPUT, readTimes } from './presentation-times';
import { cutFrames } from './raw-frames';

export interface DecoderOptions {
  /** Decoding threads. */
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  /** Limits on the size of a frame and on memory; none by default. */
  readonly limits?: Pick<MediaLimits, 'VIDEO_MAX_PIXELS' | 'FFMPEG_MEMORY_MB'> | undefined;
}

export interface PixelOptions extends DecoderOptions {
  /** Size of the video's frames. */
  readonly frame: Size;
  /** Size of the decoded frames; default: that of the video. */
  readonly size?: Size | undefined;
  /** Buffers of 3 * width * height bytes. The consumer returns each frame to it. */
  readonly pool: BufferPool;
  /** ffmpeg filters that choose frames before any work is spent on them. */
  readonly select?: readonly string[];
  /** Receives the presentation time of each frame in seconds; see `readTimes`. */
  readonly times?: number[];
}

/** An ffmpeg that decodes frames. */
export interface Decoder {
  /** Interleaved RGB, row by row, in display order. Decoding runs only as fast as frames are consumed. */
  readonly frames: AsyncGenerator<Buffer, void, undefined>;
  /** Call after the last frame. Resolves when all times are read and ffmpeg has exited. */
  readonly finish: () => Promise<Exit>;
  /** Kills ffmpeg; resolves when it is gone. */
  readonly abort: () => Promise<void>;
}

/** Starts to decode every frame of a track, upright, progressive and in SDR colours. */
export async function startDecoder(file: string, track: VideoTrack, options: PixelOptions): Promise<Decoder> {
  const { frame, size, pool, select = [], times, signal, limits } = options;
  const filters = [...select, ...rgbFilters(track, frame, size), ...(times ? TIMES_FILTERS : [])];
  const args = [
    ...(await decoderInput(file, options)),
    ...['-map', `0:${track.index}`, '-vf', filters.join(',')],
    ...(times ? TIMES_OUTPUT : []),
    ...['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'], // by default ffmpeg drops and repeats frames
  ];
  const pipe = await openLeanPipe();
  const ffmpeg = start('ffmpeg', args, {
    ...{ signal, output: pipe.writeEnd, extra: times !== undefined },
    memoryMb: limits?.FFMPEG_MEMORY_MB,
  });
  pipe.writeEnd.destroy(); // ffmpeg has its own copy, and the pipe must end with that one
  const timesRead = times && readTimes(ffmpeg.extra, times);
  return {
    frames: cutFrames(pipe.chunks, pool),
    finish: async () => {
      await timesRead;
      return ffmpeg.exited;
    },
    abort: async () => {
      ffmpeg.kill();
      await ffmpeg.exited;
    },
  };
}

/** ffmpeg warns about more threads, and each one holds a few frames. */
const MAX_THREADS = 16;

/** Arguments that open a file for decoding. All stages use the same, so that they decode the same frames. */
export async function decoderInput(file: string, { threads, limits }: DecoderOptions): Promise<string[]> {
  return [
    ...['-threads', `${Math.min(threads, MAX_THREADS)}`],
    ...(limits ? ['-max_pixels', `${limits.VIDEO_MAX_PIXELS}`] : []), // a stream may exceed the size in its header
    ...['-max_error_rate', '1'], // keep every frame that decodes, however many do not
    ...(await untrustedInput(file)),
  ];
}

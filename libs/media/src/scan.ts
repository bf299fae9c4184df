import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { analyse, checkSoFar, type Analysis, type DecodedTrack } from './analyse';
import { rgbFilters } from './colour';
import { decoderInput, type DecoderOptions } from './decoder';
import type { Stream, VideoFacts } from './facts';
import { fileArgument, start } from './ffmpeg';
import { fit } from './fit';
import type { MediaLimits } from './limits';
import { TIMES_FILTERS, TIMES_OUTPUT, readTimes } from './presentation-times';

export interface ScanOptions extends DecoderOptions {
  /** Limits on the decoded video and the cost of decoding; none by default. */
  readonly limits?: MediaLimits;
  readonly thumbnail: Thumbnail;
  /** Called with the number of frames decoded so far. */
  readonly onProgress?: (done: number) => void;
}

/** A small JPEG of one frame. */
interface Thumbnail {
  readonly target: string;
  /** Source frame to show, from 0. If the video ends before, the first one is shown. */
  readonly frame: number;
  /** Maximum length of its longer side, in pixels. */
  readonly longSide: number;
}

/**
 * Decodes every frame of a video to learn its timeline and whether it decodes. Writes nothing but the thumbnail.
 *
 * @throws MediaError TOO_MANY_FRAMES, TOO_LONG, and those of `analyse`; the reason of `signal` when aborted. ffmpeg has
 *         exited by then.
 */
export function scanFrames(file: string, facts: VideoFacts, options: ScanOptions): Promise<Analysis> {
  return analyse(file, facts, options, async (video, signal) => {
    const bounded = { ...options, signal };
    const decoded = await decodeAll(file, facts, video, bounded);
    if (!(await isFile(options.thumbnail.target))) await writeThumbnail(file, facts, video, bounded);
    return decoded;
  });
}

async function decodeAll(
  file: string,
  facts: VideoFacts,
  video: Stream,
  options: ScanOptions,
): Promise<DecodedTrack> {
  const { signal, limits, onProgress, thumbnail } = options;
  const track = ['-map', `0:${video.index}`];
  const args = [
    ...(await decoderInput(file, options)),
    ...[...track, '-vf', TIMES_FILTERS.join(','), ...TIMES_OUTPUT],
    ...['-fps_mode', 'passthrough', '-f', 'null', '-'],
    ...[...track, ...thumbnailOutput(facts, video, thumbnail)],
  ];
  const ffmpeg = start('ffmpeg', args, { signal, extra: true, memoryMb: limits?.FFMPEG_MEMORY_MB });
  const times: number[] = [];
  try {
    await readTimes(ffmpeg.extra, times, (frames) => {
      checkSoFar(basename(file), frames, times, limits);
      onProgress?.(frames);
    });
  } catch (error) {
    ffmpeg.kill();
    await ffmpeg.exited;
    throw error;
  }
  const exit = await ffmpeg.exited;
  return { frames: times.length, times, exit };
}

/** Writes the first frame as the thumbnail, for a video that is shorter than it declares. */
async function writeThumbnail(
  file: string,
  facts: VideoFacts,
  video: Stream,
  options: ScanOptions,
): Promise<void> {
  const { signal, limits, thumbnail } = options;
  const args = [
    ...(await decoderInput(file, options)),
    ...['-map', `0:${video.index}`, ...thumbnailOutput(facts, video, { ...thumbnail, frame: 0 })],
  ];
  await start('ffmpeg', args, { signal, memoryMb: limits?.FFMPEG_MEMORY_MB }).exited;
  signal?.throwIfAborted();
}

function thumbnailOutput(facts: VideoFacts, video: Stream, { target, frame, longSide }: Thumbnail): string[] {
  const { width, height } = fit(facts, { long: longSide });
  const filters = [
    `select=eq(n\\,${frame})`,
    ...rgbFilters(video, facts),
    `scale=${width}:${height}:flags=area,setsar=1`,
  ];
  return [
    ...['-vf', filters.join(','), '-frames:v', '1', '-fps_mode', 'passthrough'],
    ...['-q:v', '4', '-f', 'mjpeg', '-y', fileArgument(target)],
  ];
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size > 0,
    () => false,
  );
}

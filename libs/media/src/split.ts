import { mapOrdered } from '#flow';
import { FORMAT_RGB, SAMP_420, bufferSize, compress } from '@julusian/jpeg-turbo';
import { rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { analyse, checkSoFar, type Analysis, type DecodedTrack } from './analyse';
import { BufferPool } from './buffer-pool';
import { startDecoder } from './decoder';
import type { Stream, VideoFacts } from './facts';
import { linkOrCopy } from './link-or-copy';
import type { MediaLimits } from './limits';
import type { Timeline } from './timeline';

export interface SplitOptions {
  /** Existing folder for the frames. */
  readonly outDir: string;
  /** JPEG quality, 1..100; 90 by default. */
  readonly quality?: number;
  /** Frames compressed at the same time, and decoding threads. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  /** Limits on the decoded video and the cost of decoding; none by default. */
  readonly limits?: MediaLimits;
  /** Called with the number of frames written so far. */
  readonly onProgress?: (done: number) => void;
}

const frameName = (n: number) => `frame_${n}.jpg`;

/**
 * Decodes every frame of a video once, upright and in SDR colours, and writes the output frames as `frame_<n>.jpg`, n
 * from 0. Repeats of a frame are hard links to it, or copies if the file system has no links. ffmpeg decodes into a
 * pipe and libjpeg-turbo compresses, at two thirds of the cost of letting ffmpeg write the JPEGs. Memory is bounded by
 * `concurrency` and the size of a frame.
 *
 * @throws MediaError TOO_MANY_FRAMES, TOO_LONG, and those of `analyse`; the reason of `signal` when aborted. ffmpeg has
 *         exited by then.
 */
export async function splitFrames(file: string, facts: VideoFacts, options: SplitOptions): Promise<Analysis> {
  const analysis = await analyse(file, facts, options, (video, signal) =>
    writeFrames(file, facts, video, { ...options, signal }),
  );
  await placeFrames(options.outDir, analysis.timeline);
  return analysis;
}

/** Decodes all frames, in order, as `frame_<k>.jpg`. */
async function writeFrames(
  file: string,
  facts: VideoFacts,
  video: Stream,
  { outDir, quality = 90, concurrency, signal, limits, onProgress }: SplitOptions,
): Promise<DecodedTrack> {
  const { width, height } = facts;
  const image = { width, height, subsampling: SAMP_420 };
  const pool = new BufferPool(width * height * 3);
  const jpegs = new BufferPool(bufferSize(image));
  const writeFrame = async (raw: Buffer, n: number) => {
    const space = jpegs.take();
    const jpeg = await compress(raw, space, { ...image, format: FORMAT_RGB, quality });
    pool.give(raw);
    await writeFile(join(outDir, frameName(n)), jpeg);
    jpegs.give(space);
    return n + 1;
  };
  const times: number[] = [];
  const decoder = await startDecoder(file, video, {
    ...{ frame: facts, pool, times, threads: concurrency, signal, limits },
  });
  let frames = 0;
  try {
    for await (frames of mapOrdered(decoder.frames, concurrency, writeFrame, signal)) {
      checkSoFar(basename(file), frames, times, limits);
      onProgress?.(frames);
    }
    return { frames, times, exit: await decoder.finish() };
  } catch (error) {
    await decoder.abort();
    throw error;
  }
}

/** Renames decoded frames to the numbers of their output frames and links repeats to them. */
async function placeFrames(folder: string, timeline: Timeline): Promise<void> {
  if (timeline.repeatedFrames === 0) return;
  // Last frame first, since every frame keeps its number or gets a higher one.
  const spans = [...timeline.spans()];
  for (let k = spans.length - 1; k >= 0; k--) {
    const { first, times } = spans[k] ?? { first: k, times: 1 };
    const target = join(folder, frameName(first));
    if (first !== k) await rename(join(folder, frameName(k)), target);
    for (let n = first + 1; n < first + times; n++) await linkOrCopy(target, join(folder, frameName(n)));
  }
}

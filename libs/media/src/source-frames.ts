import { basename } from 'node:path';
import { BufferPool } from './buffer-pool';
import { startDecoder, type DecoderOptions } from './decoder';
import type { VideoFacts, VideoTrack } from './facts';
import { checkNotKilled } from './ffmpeg';
import type { Size } from './fit';

/** A frame as interleaved RGB, row by row. */
export interface PixelFrame {
  /** Number of the source frame, from 0. */
  readonly index: number;
  readonly rgb: Buffer;
  /** Lets the memory of the pixels be reused. */
  readonly release: () => void;
}

export interface SourceFramesOptions extends DecoderOptions {
  readonly track: VideoTrack;
  /** Number of source frames that the timeline has. */
  readonly sourceFrames: number;
  /** Size of the decoded frames; default: that of the video. */
  readonly size?: Size | undefined;
  /** First source frame to return; 0 by default. */
  readonly from?: number;
  /** Return every Nth source frame; 1 by default. */
  readonly step?: number;
}

/**
 * Decodes frames of a video whose timeline is known, in order. Decoding runs only as fast as frames are consumed.
 *
 * @throws MediaError; an error if the number of frames differs from that of the timeline; the reason of `signal`
 */
export async function* sourceFrames(
  file: string,
  facts: VideoFacts,
  options: SourceFramesOptions,
): AsyncGenerator<PixelFrame, void, undefined> {
  const { track, sourceFrames: total, size = facts, from = 0, step = 1, signal } = options;
  const pool = new BufferPool(size.width * size.height * 3);
  const chosen = from > 0 || step > 1 ? [`select=gte(n\\,${from})*not(mod(n-${from}\\,${step}))`] : [];
  const decoder = await startDecoder(file, track, { ...options, frame: facts, pool, select: chosen });
  let index = from;
  let ended = false;
  try {
    for await (const rgb of decoder.frames) {
      yield {
        index,
        rgb,
        release: () => {
          pool.give(rgb);
        },
      };
      index += step;
    }
    const exit = await decoder.finish();
    ended = true;
    signal?.throwIfAborted();
    checkNotKilled(file, exit);
    const expected = Math.ceil((total - from) / step);
    const decoded = (index - from) / step;
    if (decoded === expected) return;
    const found = `${decoded} frames of "${basename(file)}" were decoded instead of ${expected}`;
    throw new Error(exit.lastError ? `${found}: ${exit.lastError}` : found);
  } finally {
    if (!ended) await decoder.abort();
  }
}

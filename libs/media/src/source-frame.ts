import { FORMAT_RGB, SAMP_420, bufferSize, compress } from '@julusian/jpeg-turbo';
import { basename } from 'node:path';
import { MediaError } from './errors';
import type { VideoFacts } from './facts';
import { sourceFrames, type SourceFramesOptions } from './source-frames';

/**
 * Decodes one source frame into a JPEG. Takes as long as decoding the video up to it, because only that finds the frame that
 * the timeline means in any file.
 * @param options.from number of the source frame, from 0
 * @param options.quality JPEG quality, 1..100
 * @throws MediaError; the reason of `signal` when aborted
 */
export async function readSourceFrame(
  file: string,
  facts: VideoFacts,
  options: Omit<SourceFramesOptions, 'size' | 'step'> & { readonly from: number; readonly quality: number },
): Promise<Buffer> {
  const { width, height } = facts;
  const image = { width, height, subsampling: SAMP_420 };
  for await (const { rgb } of sourceFrames(file, facts, options)) {
    const space = Buffer.alloc(bufferSize(image));
    return compress(rgb, space, { ...image, format: FORMAT_RGB, quality: options.quality });
  }
  const message = `Frame ${options.from} of "${basename(file)}" could not be decoded.`;
  throw new MediaError('DECODE_FAILED', message);
}

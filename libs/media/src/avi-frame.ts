import { buffer } from 'node:stream/consumers';
import { basename } from 'node:path';
import { MediaError } from './errors';
import { fileArgument, start } from './ffmpeg';
import { toNumber, type Rational } from './rational';

/** A frame of an AVI that `openVideo` wrote with the codec `mjpeg`: every frame is a key frame. */
export interface AviFrame {
  readonly avi: string;
  /** From 0. */
  readonly frame: number;
  readonly frameRate: Rational;
}

/** Arguments that open an AVI at a frame: a quarter of a frame before it, since ffmpeg drops what comes earlier. */
export function aviFrameInput({ avi, frame, frameRate }: AviFrame): string[] {
  const start = frame === 0 ? [] : ['-ss', ((frame - 0.25) / toNumber(frameRate)).toFixed(6)];
  return [...start, '-f', 'avi', '-i', fileArgument(avi)];
}

/**
 * Reads the stored JPEG of a frame.
 * @param frame must exist
 * @throws MediaError DECODE_FAILED, FFMPEG_NOT_RUNNABLE; the reason of `signal` when aborted
 */
export async function readAviFrame(frame: AviFrame, signal?: AbortSignal): Promise<Buffer> {
  const output = ['-map', '0:v:0', '-frames:v', '1', '-c', 'copy', '-f', 'mjpeg', 'pipe:1'];
  const ffmpeg = start('ffmpeg', [...aviFrameInput(frame), ...output], { signal });
  const [image, { lastError }] = await Promise.all([buffer(ffmpeg.stdout), ffmpeg.exited]);
  signal?.throwIfAborted();
  if (isJpeg(image)) return image;
  const message = `Frame ${frame.frame} of "${basename(frame.avi)}" could not be read.`;
  throw new MediaError('DECODE_FAILED', message, { cause: new Error(lastError) });
}

function isJpeg(image: Buffer): boolean {
  return image[0] === 0xff && image[1] === 0xd8;
}

import { FORMAT_RGB, SAMP_420, compress, decompress } from '@julusian/jpeg-turbo';
import { classColour, type Rgb } from './colours';
import { drawLine, drawOutline, type RgbImage } from './draw';
import { drawLabel } from './draw-label';
import { AnnotationError } from './errors';
import type { FrameBuffers, JpegBuffers } from './frame-buffers';
import { toPixels } from './pixels';
import type { Drawn } from './track-style';

/** Line width as a fraction of the mean of the frame's width and height, as in YOLO's own plotting code. */
const LINE_WIDTH_RATIO = 0.003;
const MIN_LINE_WIDTH = 2;

/**
 * Font size as a fraction of the same mean. When a frame is scaled to 400 pixels wide, the font size is 7.8 pixels at
 * 16:9 and 13.9 at 9:16.
 */
const FONT_SIZE_RATIO = 0.025;
const MIN_FONT_SIZE = 12;

interface AnnotateJpegOptions {
  /** 1..100. */
  readonly quality?: number;
  /** Working memory, shared by calls for frames of one size. */
  readonly buffers?: FrameBuffers;
  /** Gets the image without boxes, for the time of the call. */
  readonly beforeDrawing?: (image: RgbImage) => Promise<void>;
}

/**
 * Draws detections onto a JPEG: a box in the colour of the class with its label and score above it, both sized for the
 * frame. Returns the JPEG unchanged if there are no detections. Concurrent calls are allowed; each holds two frames in memory.
 *
 * @throws AnnotationError BAD_JPEG if the JPEG cannot be decoded
 */
export async function annotateJpeg(
  jpeg: Buffer,
  detections: readonly Drawn[],
  { quality = 90, buffers, beforeDrawing }: AnnotateJpegOptions = {},
): Promise<Buffer> {
  if (detections.length === 0) return jpeg;
  const scratch = buffers?.take();
  try {
    const image = await decodeJpeg(jpeg, scratch?.rgb);
    await beforeDrawing?.(image);
    drawDetections(image, detections);
    const { data, width, height } = image;
    const options = { width, height, format: FORMAT_RGB, subsampling: SAMP_420, quality };
    if (!scratch) return await compress(data, options);
    return Buffer.from(await compress(data, scratch.jpeg, options));
  } finally {
    if (scratch) buffers?.release(scratch);
  }
}

/**
 * Draws detections onto pixels in place and compresses them off the main thread.
 *
 * @param rgb interleaved, 3 * width * height bytes
 * @param quality JPEG quality, 1..100
 * @param buffers working memory, shared by calls for frames of one size
 * @returns a JPEG
 */
export async function annotatePixels(
  rgb: Uint8Array,
  width: number,
  height: number,
  detections: readonly Drawn[],
  quality = 90,
  buffers?: JpegBuffers,
): Promise<Buffer> {
  const data = Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength);
  drawDetections({ data, width, height }, detections);
  const options = { width, height, format: FORMAT_RGB, subsampling: SAMP_420, quality };
  if (!buffers) return compress(data, options);
  const space = buffers.take();
  try {
    return Buffer.from(await compress(data, space, options));
  } finally {
    buffers.release(space);
  }
}

/**
 * Draws detections onto pixels: where tracked objects have been, then all boxes, then all labels, so that no line crosses a
 * label. The highest score is on top; an unknown score (NaN) counts as the lowest.
 */
export function drawDetections(image: RgbImage, detections: readonly Drawn[]): void {
  const { lineWidth, fontSize } = drawingSizes(image);
  const colourOf = ({ classIndex, colour = classColour(classIndex) }: Drawn): Rgb => colour;
  // Among equal scores, the first goes on top, because detectors list the best first.
  const weakestFirst = detections.toReversed().sort((a, b) => rank(a) - rank(b));
  for (const detection of weakestFirst) drawTrail(image, detection, lineWidth, colourOf(detection));
  for (const detection of weakestFirst) {
    drawOutline(image, toPixels(detection.box, image), lineWidth, colourOf(detection));
  }
  for (const detection of weakestFirst) drawLabel(image, detection, fontSize, colourOf(detection));
}

/** Line width and font size in pixels for a frame. They stay visible in small players and in any orientation. */
export function drawingSizes({ width, height }: { width: number; height: number }): {
  lineWidth: number;
  fontSize: number;
} {
  const side = (width + height) / 2;
  return {
    lineWidth: Math.max(MIN_LINE_WIDTH, Math.round(side * LINE_WIDTH_RATIO)),
    fontSize: Math.max(MIN_FONT_SIZE, Math.round(side * FONT_SIZE_RATIO)),
  };
}

const rank = ({ score }: Drawn): number => (Number.isNaN(score) ? -1 : score);

function drawTrail(image: RgbImage, { trail = [] }: Drawn, lineWidth: number, colour: Rgb): void {
  const points = trail.map(([x, y]) => ({ x: x * (image.width - 1), y: y * (image.height - 1) }));
  for (const [k, to] of points.entries()) {
    const from = points[k - 1];
    if (from) drawLine(image, from, to, lineWidth, colour);
  }
}

/**
 * Decodes a JPEG to interleaved RGB in the thread pool.
 * @param into receives the pixels, 3 * width * height bytes; allocated by default
 * @throws AnnotationError BAD_JPEG
 */
export async function decodeJpeg(jpeg: Buffer, into?: Buffer): Promise<RgbImage> {
  try {
    return await (into
      ? decompress(jpeg, into, { format: FORMAT_RGB })
      : decompress(jpeg, { format: FORMAT_RGB }));
  } catch (cause) {
    throw new AnnotationError('BAD_JPEG', 'The frame is not a readable JPEG.', { cause });
  }
}

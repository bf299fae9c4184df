import type { Detection } from '#detection';
import { FORMAT_RGB, SAMP_420, compress, decompress } from '@julusian/jpeg-turbo';
import { classColour } from './colours';
import { copySprite, drawOutline, type Rectangle, type RgbImage } from './draw';
import { AnnotationError } from './errors';
import type { FrameBuffers, JpegBuffers } from './frame-buffers';
import { LabelCache } from './labels';

/** Line width as a fraction of the mean of the frame's width and height, as in YOLO's own plotting code. */
const LINE_WIDTH_RATIO = 0.003;
const MIN_LINE_WIDTH = 2;

/**
 * Font size as a fraction of the same mean. When a frame is scaled to 400 pixels wide, the font size is 7.8 pixels at
 * 16:9 and 13.9 at 9:16.
 */
const FONT_SIZE_RATIO = 0.025;
const MIN_FONT_SIZE = 12;

const labels = new LabelCache();

/**
 * Draws detections onto a JPEG: a box in the colour of the class with its label and score above it, both sized for the
 * frame. Returns the JPEG unchanged if there are no detections. Concurrent calls are allowed; each holds two frames in memory.
 *
 * @param quality JPEG quality, 1..100
 * @param buffers working memory, shared by calls for frames of one size
 * @throws AnnotationError BAD_JPEG if the JPEG cannot be decoded
 */
export async function annotateJpeg(
  jpeg: Buffer,
  detections: readonly Detection[],
  quality = 90,
  buffers?: FrameBuffers,
): Promise<Buffer> {
  if (detections.length === 0) return jpeg;
  const scratch = buffers?.take();
  try {
    const image = await decodeJpeg(jpeg, scratch?.rgb);
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
  detections: readonly Detection[],
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
 * Draws detections onto pixels: all boxes, then all labels, so that no line crosses a label. The highest score is on
 * top; an unknown score (NaN) counts as the lowest.
 */
export function drawDetections(image: RgbImage, detections: readonly Detection[]): void {
  const { lineWidth, fontSize } = drawingSizes(image);
  // Among equal scores, the first goes on top, because detectors list the best first.
  const weakestFirst = detections.toReversed().sort((a, b) => rank(a) - rank(b));
  for (const { box, classIndex } of weakestFirst) {
    drawOutline(image, toPixels(box, image), lineWidth, classColour(classIndex));
  }
  for (const detection of weakestFirst) drawLabel(image, detection, fontSize);
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

/** The text of a label: `person 0.87`, or just the class if the score is unknown. */
export function labelText({ label, score }: Pick<Detection, 'label' | 'score'>): string {
  return Number.isFinite(score) ? `${label} ${score.toFixed(2)}` : label;
}

const rank = ({ score }: Detection): number => (Number.isNaN(score) ? -1 : score);

function drawLabel(image: RgbImage, detection: Detection, fontSize: number): void {
  const sprite = labels.get(labelText(detection), {
    fontSize,
    background: classColour(detection.classIndex),
    maxWidth: image.width,
    maxHeight: image.height,
  });
  const box = toPixels(detection.box, image);
  const above = box.top - sprite.height;
  const top = above >= 0 ? above : box.top; // inside the box where it does not fit above
  copySprite(
    image,
    sprite,
    Math.min(box.left, image.width - sprite.width),
    Math.min(top, image.height - sprite.height),
  );
}

/** A box in pixels, clamped to the frame and at least one pixel in size. */
function toPixels([x1, y1, x2, y2]: Detection['box'], { width, height }: RgbImage): Rectangle {
  const left = clamp(Math.round(x1 * width), 0, width - 1);
  const top = clamp(Math.round(y1 * height), 0, height - 1);
  return {
    left,
    top,
    right: clamp(Math.round(x2 * width), left + 1, width),
    bottom: clamp(Math.round(y2 * height), top + 1, height),
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
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

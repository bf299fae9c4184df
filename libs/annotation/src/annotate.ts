import type { Detection } from '#detection';
import { FORMAT_RGB, SAMP_420, compress, decompress } from '@julusian/jpeg-turbo';
import { classColour } from './colours';
import { copySprite, drawOutline, type Rectangle, type RgbImage } from './draw';
import { AnnotationError } from './errors';
import type { FrameBuffers } from './frame-buffers';
import { LabelCache } from './labels';

/** Outlines in proportion to the mean of the frame's sides, the convention of YOLO's own drawing. */
const LINE_SHARE = 0.003;
const MIN_LINE_WIDTH = 2;

/**
 * Letters in proportion to the same mean: at 400 pixels wide they are 7.8 pixels high from a frame of 16:9, 13.9 from
 * one of 9:16, and at least 7 from any that is no wider than 1.8 times its height.
 */
const FONT_SHARE = 0.025;
const MIN_FONT_SIZE = 12;

const labels = new LabelCache();

/**
 * Draws detections into a JPEG: a rectangle in the colour of the class and the label with its score above it, both
 * sized for the frame.
 * Without detections the JPEG comes back as it is. Calls may overlap; each holds two frames in memory.
 *
 * @param quality of the JPEG, 1..100
 * @param buffers memory to work in, shared by the calls for pictures of one size
 * @throws AnnotationError BAD_JPEG where the picture cannot be decoded
 */
export async function annotateJpeg(
  jpeg: Buffer,
  detections: readonly Detection[],
  quality = 90,
  buffers?: FrameBuffers,
): Promise<Buffer> {
  if (detections.length === 0) return jpeg;
  const space = buffers?.take();
  try {
    const image = await decode(jpeg, space?.rgb);
    drawDetections(image, detections);
    const { data, width, height } = image;
    const options = { width, height, format: FORMAT_RGB, subsampling: SAMP_420, quality };
    if (!space) return await compress(data, options);
    return Buffer.from(await compress(data, space.jpeg, options));
  } finally {
    if (space) buffers?.give(space);
  }
}

/**
 * Draws detections into pixels, which are changed, and compresses them off the main thread.
 *
 * @param rgb interleaved, 3 * width * height bytes
 * @param quality of the JPEG, 1..100
 * @returns a JPEG
 */
export async function annotatePixels(
  rgb: Uint8Array,
  width: number,
  height: number,
  detections: readonly Detection[],
  quality = 90,
): Promise<Buffer> {
  const data = Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength);
  drawDetections({ data, width, height }, detections);
  return compress(data, { width, height, format: FORMAT_RGB, subsampling: SAMP_420, quality });
}

/**
 * Draws detections into pixels: first all rectangles, then all labels, so that no line crosses a text. Of those that
 * overlap, the one with the highest score is on top; an unknown score (NaN) is the lowest.
 */
export function drawDetections(image: RgbImage, detections: readonly Detection[]): void {
  const { lineWidth, fontSize } = drawingSizes(image);
  // of equal scores the first is on top, as detectors list the best first
  const weakestFirst = detections.toReversed().sort((a, b) => rank(a) - rank(b));
  for (const { box, classIndex } of weakestFirst) {
    drawOutline(image, toPixels(box, image), lineWidth, classColour(classIndex));
  }
  for (const detection of weakestFirst) drawLabel(image, detection, fontSize);
}

/** Width of outlines and size of letters, in pixels, for a frame: shown small they stay visible, on any side up. */
export function drawingSizes({ width, height }: { width: number; height: number }): {
  lineWidth: number;
  fontSize: number;
} {
  const side = (width + height) / 2;
  return {
    lineWidth: Math.max(MIN_LINE_WIDTH, Math.round(side * LINE_SHARE)),
    fontSize: Math.max(MIN_FONT_SIZE, Math.round(side * FONT_SHARE)),
  };
}

/** The text of a label: `person 0.87`, or the class alone where there is no score. */
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
  const top = above >= 0 ? above : box.top; // no room above: inside the box
  copySprite(
    image,
    sprite,
    Math.min(box.left, image.width - sprite.width),
    Math.min(top, image.height - sprite.height),
  );
}

/** The pixels of a box, at least one and inside the picture whatever the box says. */
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

async function decode(jpeg: Buffer, into?: Buffer): Promise<RgbImage> {
  try {
    return await (into
      ? decompress(jpeg, into, { format: FORMAT_RGB })
      : decompress(jpeg, { format: FORMAT_RGB }));
  } catch (cause) {
    throw new AnnotationError('BAD_JPEG', 'The frame is not a JPEG that can be decoded.', { cause });
  }
}

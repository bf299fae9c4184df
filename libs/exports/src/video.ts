import type { Detection } from '#detection';
import type { FrameDetections } from '#annotation/files';

/** The frames of a job, in order. */
export type Frames = AsyncIterable<FrameDetections>;

/** Properties of a video for exports. */
export interface Video {
  /** Job id. */
  readonly id: string;
  /** Name of the uploaded file. */
  readonly filename: string;
  /** Pixels as displayed. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: { readonly num: number; readonly den: number };
}

/** A box in pixels from the top left corner of the frame, rounded to a hundredth. */
export interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** When frame `n` is shown, in seconds from the start, rounded to a microsecond. */
export function timeOf(n: number, { frameRate: { num, den } }: Video): number {
  return Number(((n * den) / num).toFixed(6));
}

export function pixelsOf({ box: [x1, y1, x2, y2] }: Detection, { width, height }: Video): PixelBox {
  return {
    x: hundredths(x1 * width),
    y: hundredths(y1 * height),
    width: hundredths((x2 - x1) * width),
    height: hundredths((y2 - y1) * height),
  };
}

/** The score; null if unknown. */
export function scoreOf({ score }: Detection): number | null {
  return Number.isNaN(score) ? null : score;
}

/** Class number for formats that count from 1. */
export function classNumber({ classIndex }: Detection): number {
  return classIndex + 1;
}

export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

import type { Detection } from '#detection';
import type { FrameDetections, TrackEntry } from '#annotation/files';

/** The frames of a job, in order. Each iteration starts at the first. */
export interface Frames extends AsyncIterable<FrameDetections> {
  /** A size in bytes that no text made of them exceeds. */
  readonly maximum: number;
  /** When they were written. */
  readonly date: Date;
}

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
  /** Number of frames. */
  readonly frames: number;
}

/** A video with what was tracked in it. */
export interface TrackedVideo extends Video {
  /** By id; undefined if objects were not tracked. */
  readonly tracks: readonly TrackEntry[] | undefined;
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

/**
 * A number with a decimal point, such as `0.0`: readers that guess the type of a column from its first rows find a column
 * of fractions then.
 */
export function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

import type { Precision } from '#detection';

export const STAGES = ['preprocess', 'infer', 'postprocess'] as const;

export type Stage = (typeof STAGES)[number];

/** Measurements of one variant for one video. */
export interface Run {
  readonly frames: number;
  /** Detections over all frames. */
  readonly boxes: number;
  readonly aviBytes: number;
  /** 0 if there is none. */
  readonly mp4Bytes: number;
  /** All files that remain, with the uploaded one if the variant stores it. */
  readonly keptBytes: number;
  /** In which the model ran. */
  readonly precision: Precision;
  /** Wall-clock seconds; `total` includes the waiting between stages. */
  readonly seconds: Readonly<Record<Stage | 'total', number>>;
  /** CPU milliseconds of all processes. */
  readonly cpuMs: Readonly<Record<Stage | 'database' | 'total', number>>;
}

/** The detector's thresholds, the same for every variant. */
export const THRESHOLDS = {
  score: 0.03,
  max: 5,
} as const;

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export const STAGES = ['preprocess', 'infer', 'postprocess'] as const;

export type Stage = (typeof STAGES)[number];

/** What one way of doing the work took for one video. */
export interface Run {
  readonly frames: number;
  /** Detections over all frames. */
  readonly boxes: number;
  readonly aviBytes: number;
  /** 0 where there is none. */
  readonly mp4Bytes: number;
  /** Wall-clock seconds; `total` is more than the stages where there is waiting between them. */
  readonly seconds: Readonly<Record<Stage | 'total', number>>;
  /** CPU milliseconds of all processes. */
  readonly cpuMs: Readonly<Record<Stage | 'database' | 'total', number>>;
}

/** The detector's thresholds, the same for every way. */
export const THRESHOLDS = {
  score: 0.03,
  max: 5,
} as const;

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

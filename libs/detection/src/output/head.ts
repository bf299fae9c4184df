import { type Detection } from '../detection';
import { type Manifest } from '../manifest/schema';
import { BoxesAndScores } from './boxes-and-scores';

export interface Thresholds {
  /** Detections must score more than this, 0..1. */
  readonly score: number;
  /** Overlap (intersection over union) above which the weaker of two boxes of a class is dropped, 0..1. */
  readonly iou: number;
  /** How many detections a picture may have. */
  readonly max: number;
  /** Class indices that are looked for; all where it is not given. */
  readonly classes?: readonly number[];
}

/** One output of a run: row-major values and shape; the first dimension is the batch. */
export interface OutputTensor {
  readonly data: Float32Array | BigInt64Array;
  readonly dims: readonly number[];
}

/** Turns what a graph gives into detections. */
export interface Head {
  /** Names of the graph's outputs that it reads, in the order in which `decode` gets them. */
  readonly outputs: readonly string[];
  /**
   * @param picture which one of the batch
   * @returns detections, best first, boxes as fractions of the input
   */
  decode(outputs: readonly OutputTensor[], picture: number, thresholds: Thresholds): Detection[];
}

/** The head that a manifest names. */
export function createHead({ output, labels }: Manifest): Head {
  switch (output.head) {
    case 'boxes+scores':
      return new BoxesAndScores(output, labels);
    case 'ssd-zoo':
    case 'ssd300':
    case 'ssd-anchors':
    case 'yolox':
      throw new Error(`the head ${output.head} is not there yet`);
  }
}

import { type Detection } from '../detection';

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

/** One picture's part of a float32 output. */
export function floats(output: OutputTensor | undefined, picture: number): Float32Array {
  return part(output, picture) as Float32Array;
}

/** One picture's part of an int64 output. */
export function integers(output: OutputTensor | undefined, picture: number): BigInt64Array {
  return part(output, picture) as BigInt64Array;
}

function part(output: OutputTensor | undefined, picture: number): OutputTensor['data'] {
  if (!output) throw new RangeError('the run gave fewer outputs than the head reads');
  const size = output.data.length / (output.dims[0] ?? 1);
  return output.data.subarray(picture * size, (picture + 1) * size);
}

import { type Detection } from '../detection';

export interface Thresholds {
  /** Score that detections must exceed, 0..1. */
  readonly score: number;
  /** Overlap (intersection over union) above which the weaker of two boxes of a class is dropped, 0..1. */
  readonly iou: number;
  /** Maximum number of detections per image. */
  readonly max: number;
  /** Class indices to detect; default all. */
  readonly classes?: readonly number[];
}

/** One output of a run: row-major values and shape; the first dimension is the batch. */
export interface OutputTensor {
  readonly data: Float32Array | BigInt64Array;
  readonly dims: readonly number[];
}

/** Converts the outputs of a graph to detections. */
export interface Head {
  /** Names of the outputs that it reads, in the order of `decode`'s argument. */
  readonly outputs: readonly string[];
  /**
   * @param image index in the batch
   * @returns detections, best first, boxes as fractions of the input
   */
  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[];
}

/** One image's part of a float32 output. */
export function floats(output: OutputTensor | undefined, image: number): Float32Array {
  return part(output, image) as Float32Array;
}

/** One image's part of an int64 output. */
export function integers(output: OutputTensor | undefined, image: number): BigInt64Array {
  return part(output, image) as BigInt64Array;
}

function part(output: OutputTensor | undefined, image: number): OutputTensor['data'] {
  if (!output) throw new RangeError('the run returned fewer outputs than the head reads');
  const size = output.data.length / (output.dims[0] ?? 1);
  return output.data.subarray(image * size, (image + 1) * size);
}

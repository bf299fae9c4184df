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

/** One output of a run: row-major values, converted to 32-bit floats, and shape; the first dimension is the batch. */
export interface OutputTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Element types of outputs. */
export type OutputType = 'float32' | 'float16' | 'int64' | 'int32' | 'int8' | 'uint8';
export const FLOATS: readonly OutputType[] = ['float32', 'float16'];
export const LABELS: readonly OutputType[] = ['int64', 'int32', 'float32', 'float16', 'int8', 'uint8'];

/** An output that a head reads. */
export interface ExpectedOutput {
  readonly name: string;
  /** Accepted types; errors name the first. */
  readonly types: readonly OutputType[];
  /** Dimensions with the same name have the same size. `N` is the batch, `columns` holds the classes. */
  readonly shape: readonly (number | string)[];
  /** Whether a graph for one image may omit the first dimension. */
  readonly unbatched?: boolean;
}

/** What the dimension `columns` holds besides the classes. */
export interface Columns {
  readonly before: number;
  readonly after: number;
  /** Description of those columns. */
  readonly what: string;
}

/** Converts the outputs of a graph to detections. */
export interface Head {
  /** The outputs that it reads, in the order of `decode`'s argument. */
  readonly outputs: readonly ExpectedOutput[];
  readonly columns: Columns;

  /**
   * @param image index in the batch
   * @returns detections, best first, boxes as fractions of the input
   */
  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[];

  /** What to change if the graph's number of columns does not fit `classes` labels; undefined if unknown. */
  hint?(sizes: ReadonlyMap<string, number>, classes: number): string | undefined;

  /**
   * Finds signs in the outputs of a run that the graph follows another contract, and would be decoded to nonsense.
   * @returns what the graph probably is and what to write in the manifest; undefined without such signs
   */
  suspect?(outputs: readonly OutputTensor[]): string | undefined;
}

/** Column 0 is the background. */
export const BACKGROUND_FIRST: Columns = { before: 1, after: 0, what: 'the background' };

/** No columns besides the classes. */
export const ONLY_CLASSES: Columns = { before: 0, after: 0, what: '' };

/** A float output of a head. */
export function float(name: string, ...shape: (number | string)[]): ExpectedOutput {
  return { name, types: FLOATS, shape };
}

/** One image's part of an output. */
export function part(output: OutputTensor | undefined, image: number): Float32Array {
  if (!output) throw new RangeError('the run returned fewer outputs than the head reads');
  const size = output.data.length / (output.dims[0] ?? 1);
  return output.data.subarray(image * size, (image + 1) * size);
}

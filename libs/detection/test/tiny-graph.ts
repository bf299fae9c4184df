import { writeFile } from 'node:fs/promises';
import { OnnxGraph } from '#packages/tfjs-to-onnx';

/** Small graphs with the contract of a detector, which output the same values for every image. */

type Dtype = 'float32' | 'float16' | 'uint8' | 'int32' | 'int64' | 'bool';

export interface TinyInput {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  readonly dtype?: Dtype;
}

export interface TinyOutput {
  readonly name: string;
  readonly shape: readonly number[];
  /** Values by index into the row-major data; all others are `rest`, default 0. */
  readonly values?: Readonly<Record<number, number>>;
  readonly rest?: number;
  readonly dtype?: 'float32' | 'float16' | 'int64' | 'int32';
}

/** Writes a graph as an .onnx file. @returns the file */
export async function writeTinyGraph(
  file: string,
  inputs: readonly TinyInput[],
  outputs: readonly TinyOutput[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<string> {
  const graph = new OnnxGraph();
  for (const { name, shape, values = {}, rest = 0, dtype = 'float32' } of outputs) {
    const size = shape.reduce((product, side) => product * side, 1);
    const data = Float32Array.from({ length: size }, (_, at) => values[at] ?? rest);
    const constant = graph.constant(`${name}_values`, { dtype: 'float32', shape, data });
    graph.node(name, 'Cast', [constant], { to: { float32: 1, int32: 6, int64: 7, float16: 10 }[dtype] });
  }
  await writeFile(file, graph.toBytes('tiny', inputs, outputs, metadata));
  return file;
}

/** The values of rows of `size` values each, placed one after the other from `row` on. */
export function rowValues(row: number, size: number, ...rows: readonly number[][]): Record<number, number> {
  return Object.fromEntries(
    rows.flatMap((values, i) => values.map((value, k) => [(row + i) * size + k, value])),
  );
}

/** The values of a row of a transposed output: value k of box `row` is at k * boxes + row. */
export function columnValues(row: number, boxes: number, values: readonly number[]): Record<number, number> {
  return Object.fromEntries(values.map((value, k) => [k * boxes + row, value]));
}

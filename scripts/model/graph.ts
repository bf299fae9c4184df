import { readFile, stat } from 'node:fs/promises';
import { InferenceSession } from '../../libs/detection/src/engine/runtime';
import { describeFile } from '#detection';
import { readMetadata } from '#packages/tfjs-to-onnx';
import { ModelCheckError } from './model-check-error';

/** One input or output of a graph. A free dimension has a name, possibly empty. */
export interface Value {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** What the exporter noted about the model, such as `names` of Ultralytics. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads the inputs, outputs and metadata of an ONNX file.
 * @throws ModelCheckError if the file is missing or is not a model
 */
export async function readGraph(file: string): Promise<Graph> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats?.isFile()) throw new ModelCheckError(`File not found: ${file}`);
  const instead = await describeFile(file);
  if (instead) throw new ModelCheckError(`${file} is ${instead}, not an ONNX model.`);
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(file, { logSeverityLevel: 3 });
  } catch (error) {
    throw new ModelCheckError(`${file} cannot be loaded by ONNX Runtime: ${(error as Error).message}`);
  }
  const { inputMetadata, outputMetadata } = session;
  await session.release();
  return {
    inputs: inputMetadata.map(valueOf),
    outputs: outputMetadata.map(valueOf),
    metadata: readMetadata(await readFile(file)),
  };
}

/** For example `float32 [N, 3, 300, 300]`. */
export function describe({ type, shape }: Value): string {
  return `${type} [${shape.map((size) => (size === '' ? '?' : size)).join(', ')}]`;
}

/** The inputs and outputs, one per line. */
export function describeGraph({ inputs, outputs }: Graph): string[] {
  return [
    ...inputs.map((value) => `input   ${value.name}: ${describe(value)}`),
    ...outputs.map((value) => `output  ${value.name}: ${describe(value)}`),
  ];
}

function valueOf(value: InferenceSession.ValueMetadata): Value {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: 'not a tensor', shape: [] };
}

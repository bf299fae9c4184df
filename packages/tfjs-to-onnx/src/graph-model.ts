import { z } from 'zod';
import { TfjsConversionError } from './errors';
import { sizeOf, type Tensor } from './onnx/tensor';

const nodeSchema = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: z.record(z.string(), z.unknown()).default({}),
});

const modelSchema = z.object({
  modelTopology: z.object({ node: z.array(nodeSchema) }),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(
        // strict: a `quantization` entry would change the meaning of the bytes
        z.strictObject({
          name: z.string(),
          shape: z.array(z.int().nonnegative()),
          dtype: z.enum(['float32', 'int32']),
        }),
      ),
    }),
  ),
});

export type TfNode = z.infer<typeof nodeSchema>;

/** A TensorFlow.js graph model: its nodes by name, and the values of its constants by name. */
export interface GraphModel {
  readonly nodes: ReadonlyMap<string, TfNode>;
  readonly constants: ReadonlyMap<string, Tensor>;
}

/**
 * Reads a TensorFlow.js graph model.
 *
 * @param modelJson content of model.json
 * @param readShard returns the bytes of a weight file named in model.json
 * @throws TfjsConversionError if a file is missing or has an unknown format
 */
export function parseGraphModel(modelJson: string, readShard: (path: string) => Buffer): GraphModel {
  const { modelTopology, weightsManifest } = parseModelJson(modelJson);
  const constants = new Map<string, Tensor>();
  for (const { paths, weights } of weightsManifest) {
    const bytes = Buffer.concat(paths.map(readShard));
    let offset = 0;
    for (const { name, shape, dtype } of weights) {
      const length = sizeOf(shape);
      const end = offset + 4 * length;
      if (end > bytes.length)
        throw new TfjsConversionError(`The weight files end before weight '${name}' does.`);
      const own = new Uint8Array(bytes.subarray(offset, end)).buffer;
      constants.set(
        name,
        dtype === 'float32'
          ? { dtype, shape, data: new Float32Array(own) }
          : { dtype, shape, data: new Int32Array(own) },
      );
      offset = end;
    }
  }
  return { nodes: new Map(modelTopology.node.map((node) => [node.name, node])), constants };
}

function parseModelJson(text: string): z.infer<typeof modelSchema> {
  try {
    return modelSchema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new TfjsConversionError(`model.json is not a valid TensorFlow.js graph model: ${reason}`);
  }
}

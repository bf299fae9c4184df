import { dataTypes, type GraphProto, type TensorProto } from './proto';
import { sizeOf } from './tensor';

/** A constant of 32-bit floats, row by row. */
export interface FloatConstant {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The values of a constant of 32-bit floats; undefined for other types and for values in another file. */
export function floatsOf(tensor: TensorProto | undefined): FloatConstant | undefined {
  if (tensor?.dataType !== dataTypes.float32 || tensor.dataLocation === 1) return undefined;
  const { dims: shape = [], rawData, floatData } = tensor;
  const data = rawData?.length
    ? new Float32Array(Uint8Array.from(rawData).buffer) // a copy, because views must be aligned
    : Float32Array.from(floatData ?? []);
  return data.length === sizeOf(shape) ? { shape, data } : undefined;
}

/** A constant for a model. The bytes are those of the array, which must be little endian, as on all supported CPUs. */
export function constantOf(
  name: string,
  type: 'float32' | 'uint8' | 'int8' | 'int32' | 'int64',
  dims: readonly number[],
  { buffer, byteOffset, byteLength }: NodeJS.TypedArray,
): TensorProto {
  return { name, dims, dataType: dataTypes[type], rawData: new Uint8Array(buffer, byteOffset, byteLength) };
}

/** The constants of a graph by name: its initializers, and the values of its Constant nodes. */
export function constantsOf({ initializer, node }: GraphProto): Map<string, TensorProto> {
  const constants = new Map(initializer.map((tensor) => [tensor.name, tensor]));
  for (const { opType, output, attribute = [] } of node) {
    const value = attribute.find(({ name }) => name === 'value')?.t;
    if (opType === 'Constant' && output[0] !== undefined && value) constants.set(output[0], value);
  }
  return constants;
}

/** How many nodes and graph outputs read each value. */
export function usesOf({ node, output }: GraphProto): Map<string, number> {
  const uses = new Map<string, number>();
  const names = [...node.flatMap(({ input }) => input), ...output.map(({ name }) => name)];
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

/** The graph without constants that nothing reads. */
export function withoutUnused(graph: GraphProto): GraphProto {
  const uses = usesOf(graph);
  return { ...graph, initializer: graph.initializer.filter(({ name }) => uses.has(name)) };
}

import {
  type AttributeProto,
  attributeTypes,
  dataTypes,
  encodeModelProto,
  encodeTensorType,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './proto';
import { type Tensor } from './tensor';

/** Operator set 13 is the first in which Squeeze and Split take their axes as inputs; it requires IR 7. */
const OPSET = 13;
const IR_VERSION = 7;

export type Attribute = { readonly float: number } | number | string | readonly number[];

/** An input or output of the graph; a named dimension is free. */
export interface GraphValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  /** Default float32. */
  readonly dtype?: keyof typeof dataTypes;
}

/** An ONNX graph under construction. Add nodes in topological order; values are identified by name. */
export class OnnxGraph {
  private readonly nodes: NodeProto[] = [];
  private readonly initializers = new Map<string, TensorProto>();

  /** Adds a constant and returns its name; the same name always means the same constant. */
  constant(name: string, tensor: Tensor): string {
    const { buffer, byteOffset, byteLength } = tensor.data;
    this.initializers.set(name, {
      name,
      dims: tensor.shape,
      dataType: dataTypes[tensor.dtype],
      rawData: new Uint8Array(buffer, byteOffset, byteLength),
    });
    return name;
  }

  /** Adds a node with one output and returns the name of the output and the node. */
  node(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute> = {},
  ): string {
    this.nodeWithOutputs(name, op, inputs, [name], attributes);
    return name;
  }

  nodeWithOutputs(
    name: string,
    opType: string,
    input: readonly string[],
    output: readonly string[],
    attributes: Record<string, Attribute> = {},
  ): void {
    const attribute = Object.entries(attributes).map(([key, value]) => ({
      name: key,
      ...encodeAttribute(value),
    }));
    this.nodes.push({ name, opType, input, output, attribute });
  }

  /** The model, which `encodeModelProto` serialises. */
  toModel(
    name: string,
    inputs: readonly GraphValue[],
    outputs: readonly GraphValue[],
    metadata: Readonly<Record<string, string>> = {},
  ): ModelProto {
    return {
      irVersion: IR_VERSION,
      producerName: 'boxreel',
      opsetImport: [{ domain: '', version: OPSET }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name,
        node: this.nodes,
        initializer: [...this.initializers.values()],
        input: inputs.map(valueInfo),
        output: outputs.map(valueInfo),
      },
    };
  }

  /** The serialised model; equal input gives equal bytes. */
  toBytes(...about: Parameters<OnnxGraph['toModel']>): Buffer {
    return encodeModelProto(this.toModel(...about));
  }
}

/** The value of an attribute, without its name. */
export function encodeAttribute(value: Attribute): Omit<AttributeProto, 'name'> {
  if (typeof value === 'number') return { i: value, type: attributeTypes.int };
  if (typeof value === 'string') return { s: Buffer.from(value), type: attributeTypes.string };
  if ('float' in value) return { f: value.float, type: attributeTypes.float };
  return { ints: value, type: attributeTypes.ints };
}

function valueInfo({ name, shape, dtype = 'float32' }: GraphValue): ValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: encodeTensorType(dataTypes[dtype], dim) };
}

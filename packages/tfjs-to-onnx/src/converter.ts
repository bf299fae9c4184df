import { TfjsConversionError } from './errors';
import { OnnxGraph } from './onnx/graph';
import { type Tensor } from './onnx/tensor';
import { type GraphModel, type TfNode } from './graph-model';
import { operations } from './operations';

/** A value of the ONNX graph. TensorFlow stores images as NHWC, ONNX as NCHW: `image` values are the permuted ones. */
export interface Value {
  readonly name: string;
  readonly image: boolean;
}

/**
 * Converts the part of a TensorFlow.js graph that its outputs need to an ONNX graph, from the outputs back to the given
 * values; nodes before those (such as input resizing) and after the outputs (such as NMS) are left out.
 */
export class GraphConverter {
  readonly graph = new OnnxGraph();
  private readonly converted = new Map<string, Value>();
  private readonly permuted = new Map<string, string>();

  /** @param given inputs of the ONNX graph, by the name of the node that they replace */
  constructor(
    private readonly model: GraphModel,
    given: Readonly<Record<string, Value>>,
  ) {
    for (const [name, value] of Object.entries(given)) this.converted.set(name, value);
  }

  /**
   * The ONNX value of a node, converted on first use.
   * @throws TfjsConversionError for an unknown operation, with its name
   */
  value(name: string): Value {
    const known = this.converted.get(name);
    if (known) return known;
    const node = this.node(name);
    const operation = operations[node.op];
    if (!operation) {
      throw new TfjsConversionError(`Operation ${node.op} (node '${name}') cannot be converted to ONNX.`);
    }
    const value = operation(this, node);
    this.converted.set(name, value);
    return value;
  }

  /** The value with TensorFlow's axes: an image is permuted back to NHWC. */
  plain(name: string): string {
    const value = this.value(name);
    if (!value.image) return value.name;
    const known = this.permuted.get(value.name);
    if (known) return known;
    const plain = this.graph.node(`${value.name}/nhwc`, 'Transpose', [value.name], { perm: [0, 2, 3, 1] });
    this.permuted.set(value.name, plain);
    return plain;
  }

  node(name: string): TfNode {
    const node = this.model.nodes.get(name);
    if (!node) throw new TfjsConversionError(`The model has no node '${name}'.`);
    return node;
  }

  isConstant(name: string): boolean {
    return this.model.constants.has(name);
  }

  /** A constant of the model. @throws TfjsConversionError if there is none with this name */
  constant(name: string): Tensor {
    const tensor = this.model.constants.get(name);
    if (!tensor) throw new TfjsConversionError(`The model has no constant '${name}'.`);
    return tensor;
  }

  /** A float constant of the model. @throws TfjsConversionError if it has another type */
  floats(name: string): { shape: readonly number[]; data: Float32Array } {
    const tensor = this.constant(name);
    if (tensor.dtype !== 'float32') {
      throw new TfjsConversionError(`Constant '${name}' is ${tensor.dtype}, not float32.`);
    }
    return tensor;
  }

  /** A constant of the model as numbers. */
  numbers(name: string): number[] {
    return Array.from<number | bigint, number>(this.constant(name).data, Number);
  }
}

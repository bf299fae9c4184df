import { QuantisationError } from '../errors';
import { constantOf, constantsOf, withoutUnused } from '../onnx/constants';
import { encodeAttribute } from '../onnx/graph';
import { encodeModelProto, type ModelProto, type NodeProto, type TensorProto } from '../onnx/proto';
import { codingOf, integerWeights, type Coding, type Range } from './numbers';
import { activationsOf, planOf, weightsOf, type Plan } from './plan';
import { prepare } from './prepare';

/** The ranges of activations by name. */
export type Ranges = Readonly<Record<string, Range>>;

/** A value whose range `quantise` needs, and the output of the exposed model that returns it. */
export interface Activation {
  readonly name: string;
  readonly output: string;
}

/**
 * A copy of a model that also returns the values whose ranges `quantise` needs.
 * @throws QuantisationError if the graph cannot be quantised, with the reason
 */
export function exposeActivations(bytes: Uint8Array): { model: Buffer; activations: Activation[] } {
  const model = prepare(bytes);
  const { graph } = model;
  const inputs = new Set(graph.input.map(({ name }) => name));
  const activations = [...new Set(planOf(graph).values.values())].map((name) => ({
    name,
    output: inputs.has(name) ? `${name}/copy` : name, // an input cannot be an output
  }));
  const copies = activations
    .filter(({ name, output }) => name !== output)
    .map(({ name, output }) => ({ opType: 'Identity', name: output, input: [name], output: [output] }));
  const known = new Set(graph.output.map(({ name }) => name));
  const added = activations
    .filter(({ output }) => !known.has(output))
    .map(({ output }) => ({ name: output }));
  const exposed = { ...graph, node: [...copies, ...graph.node], output: [...graph.output, ...added] };
  return { model: encodeModelProto({ ...model, graph: exposed }), activations };
}

/**
 * The model on 8-bit integers: uint8 activations, int8 weights with a scale per channel, int32 biases. Written with
 * QuantizeLinear and DequantizeLinear, which ONNX Runtime fuses into integer kernels when it loads the graph; see
 * https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html. Equal input gives equal bytes.
 *
 * @param ranges of the values that `exposeActivations` names; outside of its range a value is clipped
 * @throws QuantisationError if the graph cannot be quantised or a range is missing
 */
export function quantise(bytes: Uint8Array, ranges: Ranges): Buffer {
  const model = prepare(bytes);
  return encodeModelProto(new Quantising(model, planOf(model.graph), ranges).run());
}

class Quantising {
  private readonly constants: ReadonlyMap<string, TensorProto>;
  private readonly nodes: NodeProto[] = [];
  private readonly added: TensorProto[] = [];

  constructor(
    private readonly model: ModelProto,
    private readonly plan: Plan,
    private readonly ranges: Ranges,
  ) {
    this.constants = constantsOf(plan.graph);
  }

  run(): ModelProto {
    const { graph, nodes } = this.plan;
    for (const { name } of graph.input) this.code(name, name);
    for (const node of graph.node) {
      const weights = nodes.has(node) ? weightsOf(node, this.constants) : undefined;
      const made = weights ? this.convolution(node, weights) : this.rewired(node);
      this.nodes.push({ ...made, output: made.output.map((name) => this.raw(name)) });
      for (const name of node.output) this.code(this.raw(name), name);
    }
    const initializer = [...graph.initializer, ...this.added];
    return {
      ...this.model,
      producerName: 'boxreel',
      graph: withoutUnused({ ...graph, node: this.nodes, initializer }),
    };
  }

  private convolution(
    node: NodeProto,
    { weights, bias }: NonNullable<ReturnType<typeof weightsOf>>,
  ): NodeProto {
    const [input = ''] = node.input;
    const [output = ''] = node.output;
    const made = integerWeights(weights.data, bias, this.codingOf(input).scale);
    const integers = this.constant(`${output}/int8`, 'int8', weights.shape, made.weights);
    const offsets = this.constant(`${output}/int32`, 'int32', [bias.length], made.bias);
    const zeros = this.constant(`${output}/int8/zero`, 'int8', [bias.length], new Int8Array(bias.length));
    const none = this.constant(`${output}/int32/zero`, 'int32', [bias.length], new Int32Array(bias.length));
    const scales = this.constant(`${output}/int8/scale`, 'float32', [bias.length], made.scales);
    const biasScales = this.constant(`${output}/int32/scale`, 'float32', [bias.length], made.biasScales);
    const axis = { name: 'axis', ...encodeAttribute(0) };
    const decode = (from: string, ...by: string[]): string => {
      this.nodes.push({
        opType: 'DequantizeLinear',
        ...{ name: `${from}/float`, input: [from, ...by], output: [`${from}/float`], attribute: [axis] },
      });
      return `${from}/float`;
    };
    return {
      ...node,
      input: [this.coded(input), decode(integers, scales, zeros), decode(offsets, biasScales, none)],
    };
  }

  /** The node, reading coded values where there are any. */
  private rewired(node: NodeProto): NodeProto {
    const activations = this.plan.nodes.has(node) ? activationsOf(node, this.constants) : node.input;
    return {
      ...node,
      input: node.input.map((name) => (activations.includes(name) ? this.coded(name) : name)),
    };
  }

  /** Codes a value and decodes it again, if nodes on 8 bits read or write it. */
  private code(from: string, name: string): void {
    if (!this.plan.values.has(name)) return;
    const { scale, zero } = this.codingOf(name);
    const by = [
      this.constant(`${name}/scale`, 'float32', [], Float32Array.of(scale)),
      this.constant(`${name}/zero`, 'uint8', [], Uint8Array.of(zero)),
    ];
    const [integer, float] = [`${name}/uint8`, this.coded(name)];
    this.nodes.push(
      { opType: 'QuantizeLinear', name: integer, input: [from, ...by], output: [integer] },
      { opType: 'DequantizeLinear', name: `${name}/float`, input: [integer, ...by], output: [float] },
    );
  }

  /** The name of a value before it is coded; an output of the graph keeps its name for the decoded value. */
  private raw(name: string): string {
    return this.isOutput(name) && this.plan.values.has(name) ? `${name}/raw` : name;
  }

  /** The name of a value after it was coded and decoded. */
  private coded(name: string): string {
    return this.plan.values.has(name) && !this.isOutput(name) ? `${name}/float` : name;
  }

  private isOutput(value: string): boolean {
    return this.plan.graph.output.some(({ name }) => name === value);
  }

  /** The coding of a value. @throws QuantisationError if its range is missing */
  private codingOf(name: string): Coding {
    const measured = this.plan.values.get(name) ?? name;
    const range = this.ranges[measured];
    if (!range) throw new QuantisationError(`The range of '${measured}' is missing.`);
    return codingOf(range);
  }

  private constant(...[name, ...rest]: Parameters<typeof constantOf>): string {
    this.added.push(constantOf(name, ...rest));
    return name;
  }
}

import { constantOf, constantsOf, type FloatConstant, floatsOf, usesOf, withoutUnused } from './constants';
import { type GraphProto, type ModelProto, type NodeProto, type TensorProto } from './proto';
import { sizeOf } from './tensor';

/** The default of BatchNormalization's `epsilon`. */
const EPSILON = 1e-5;

/** A factor and a summand per channel. */
interface Affine {
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

/** A convolution and what was folded into it; computed in 64 bits, so that it is rounded only once. */
interface Convolution {
  node: NodeProto;
  readonly channels: number;
  readonly shape: readonly number[];
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  changed: boolean;
}

/**
 * Folds Mul, Add and BatchNormalization that follow a convolution into its weights and bias. The outputs stay the
 * same up to float rounding: f(W * x + b) with f(y) = s y + t per channel is (s W) * x + (s b + t). An Add behind a
 * residual Add is folded into a convolution before it. A Sum of two becomes an Add.
 */
export function foldConvolutions(model: ModelProto): ModelProto {
  return { ...model, graph: new Folding(model.graph).run() };
}

class Folding {
  private readonly constants: ReadonlyMap<string, TensorProto>;
  private readonly uses: ReadonlyMap<string, number>;
  private readonly nodes: NodeProto[] = [];
  /** Place in `nodes` of the node that computes a value. */
  private readonly makers = new Map<string, number>();
  /** By place in `nodes`. */
  private readonly convolutions = new Map<number, Convolution>();

  constructor(private readonly graph: GraphProto) {
    this.constants = constantsOf(graph);
    this.uses = usesOf(graph);
  }

  run(): GraphProto {
    for (const node of this.graph.node) {
      if (!this.fold(node)) this.keep(withoutSum(node));
    }
    const initializer = [...this.graph.initializer];
    for (const [place, { node, shape, weights, bias, changed }] of this.convolutions) {
      if (!changed) continue;
      const [output = ''] = node.output;
      const names = [`${output}/folded_weights`, `${output}/folded_bias`] as const;
      initializer.push(constantOf(names[0], 'float32', shape, Float32Array.from(weights)));
      initializer.push(constantOf(names[1], 'float32', [bias.length], Float32Array.from(bias)));
      this.nodes[place] = { ...node, input: [node.input[0] ?? '', ...names] };
    }
    return withoutUnused({ ...this.graph, node: this.nodes, initializer });
  }

  private keep(node: NodeProto): void {
    const place = this.nodes.push(node) - 1;
    for (const output of node.output) this.makers.set(output, place);
    const convolution = this.convolutionOf(node);
    if (convolution) this.convolutions.set(place, convolution);
  }

  private convolutionOf(node: NodeProto): Convolution | undefined {
    const [, weightName = '', biasName = ''] = node.input;
    if (node.opType !== 'Conv') return undefined;
    const weights = floatsOf(this.constants.get(weightName));
    const bias = floatsOf(this.constants.get(biasName));
    if (!weights || (biasName !== '' && !bias)) return undefined;
    const [channels = 0] = weights.shape;
    return {
      ...{ node, channels, shape: weights.shape, changed: false },
      weights: Float64Array.from(weights.data),
      bias: bias ? Float64Array.from(bias.data) : new Float64Array(channels),
    };
  }

  /** @returns false if the node must be kept */
  private fold(node: NodeProto): boolean {
    const [value, constants] = this.operands(node);
    const place = this.placeOf(value);
    if (place === undefined || node.output.length !== 1) return false;
    const convolution = this.convolutions.get(place);
    if (convolution) {
      const affine = affineOf(node, constants, convolution.channels);
      if (!affine) return false;
      apply(convolution, affine);
      convolution.node = this.rename(place, node.output);
      return true;
    }
    return this.foldBehindSum(node, place, constants);
  }

  /** An Add behind a residual Add moves to a convolution that only this residual Add reads. */
  private foldBehindSum(node: NodeProto, place: number, constants: readonly FloatConstant[]): boolean {
    const sum = this.nodes[place];
    if (node.opType !== 'Add' || sum?.opType !== 'Add') return false;
    const source = sum.input.map((name) => this.placeOf(name)).find((at) => this.convolutions.has(at ?? -1));
    const convolution = this.convolutions.get(source ?? -1);
    const affine = convolution && affineOf(node, constants, convolution.channels);
    if (!affine) return false;
    apply(convolution, affine);
    this.rename(place, node.output);
    return true;
  }

  /** Lets a kept node compute the output of a dropped one. */
  private rename(place: number, output: readonly string[]): NodeProto {
    const node = { ...this.nodes[place], output } as NodeProto;
    this.nodes[place] = node;
    for (const name of output) this.makers.set(name, place);
    return node;
  }

  /** The place of the node that computes a value for a single reader. */
  private placeOf(value: string | undefined): number | undefined {
    if (value === undefined || this.uses.get(value) !== 1) return undefined;
    return this.makers.get(value);
  }

  /** The one value of a node that is not constant, and its constants; no value if there are several. */
  private operands({ input }: NodeProto): [string | undefined, FloatConstant[]] {
    const values = input.filter((name) => !this.constants.has(name));
    const constants = input.flatMap((name) => floatsOf(this.constants.get(name)) ?? []);
    const isFirst = input[0] === values[0];
    const isComplete = values.length === 1 && constants.length === input.length - 1;
    return [isComplete && (isFirst || input.length === 2) ? values[0] : undefined, constants];
  }
}

function apply(convolution: Convolution, { scale, shift }: Affine): void {
  const { weights, bias, channels } = convolution;
  const each = weights.length / channels;
  for (let i = 0; i < weights.length; i++)
    weights[i] = (weights[i] ?? 0) * (scale[Math.floor(i / each)] ?? 1);
  for (let i = 0; i < channels; i++) bias[i] = (bias[i] ?? 0) * (scale[i] ?? 1) + (shift[i] ?? 0);
  convolution.changed = true;
}

/** What a node does to each channel of an image; undefined if it does anything else. */
function affineOf(
  { opType, input, attribute = [] }: NodeProto,
  constants: readonly FloatConstant[],
  channels: number,
): Affine | undefined {
  const same = (value: number): number[] => Array<number>(channels).fill(value);
  if (opType === 'BatchNormalization') {
    const [gamma, beta, mean, variance] = constants.map(({ data }) => Array.from(data));
    if (!gamma || !beta || !mean || !variance) return undefined;
    const epsilon = attribute.find(({ name }) => name === 'epsilon')?.f ?? EPSILON;
    const scale = gamma.map((factor, i) => factor / Math.sqrt((variance[i] ?? 0) + epsilon));
    return { scale, shift: beta.map((offset, i) => offset - (mean[i] ?? 0) * (scale[i] ?? 0)) };
  }
  const [constant] = constants;
  const values = constant && perChannel(constant, channels);
  if (!values || input.length !== 2) return undefined;
  if (opType === 'Mul') return { scale: values, shift: same(0) };
  if (opType === 'Add' || opType === 'Sum') return { scale: same(1), shift: values };
  return undefined;
}

/** One number per channel of [N, channels, height, width], if a constant broadcasts like that. */
function perChannel({ shape, data }: FloatConstant, channels: number): number[] | undefined {
  if (sizeOf(shape) === 1 && shape.length <= 4) return Array<number>(channels).fill(data[0] ?? 0);
  const [last, row, channel] = [shape.at(-1), shape.at(-2), shape.at(-3)];
  const fits = last === 1 && row === 1 && channel === channels && data.length === channels;
  return fits && shape.length <= 4 ? Array.from(data) : undefined;
}

function withoutSum(node: NodeProto): NodeProto {
  return node.opType === 'Sum' && node.input.length === 2 ? { ...node, opType: 'Add' } : node;
}

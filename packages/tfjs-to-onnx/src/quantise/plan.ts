import { QuantisationError } from '../errors';
import { constantsOf, type FloatConstant, floatsOf, usesOf } from '../onnx/constants';
import { type GraphProto, type NodeProto, type TensorProto } from '../onnx/proto';

/** What runs on 8 bits. */
export interface Plan {
  /** The graph without the clips that the codings of activations contain. */
  readonly graph: GraphProto;
  /** The nodes that run on 8 bits. */
  readonly nodes: ReadonlySet<NodeProto>;
  /** The values they read and write, each with the value whose range it has. */
  readonly values: ReadonlyMap<string, string>;
}

/** Operators that only move values. */
const MOVES = ['MaxPool', 'Resize', 'Slice', 'Transpose', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten'];

/** Operators that compute with values. */
const COMPUTES = ['Sigmoid', 'LeakyRelu', 'Concat', 'AveragePool', 'GlobalAveragePool'];

/** Operators that compute with two values, neither a constant. */
const PAIRS = ['Add', 'Mul'];

/**
 * Plans an 8-bit graph: convolutions with constant weights, and what lies between them, such as residual Adds. What comes
 * after the last convolutions, such as the decoding of boxes, stays in floats.
 * @param prepared the graph of `prepare`
 * @throws QuantisationError if there is nothing to run on 8 bits
 */
export function planOf(prepared: GraphProto): Plan {
  const graph = withoutClips(prepared);
  const constants = constantsOf(graph);
  const nodes = new Set<NodeProto>();
  const readers = readersOf(graph);
  for (const node of graph.node.toReversed()) {
    if (canRun(node, constants, nodes, readers)) nodes.add(node);
  }
  if (![...nodes].some(({ opType }) => opType === 'Conv')) {
    throw new QuantisationError('No convolution has constant weights of 32-bit floats.');
  }
  const values = new Map<string, string>();
  const rangeOf = (name: string): string => values.get(name) ?? name;
  for (const node of graph.node) {
    if (!nodes.has(node)) continue;
    const inputs = activationsOf(node, constants);
    for (const name of inputs) values.set(name, rangeOf(name));
    const [first = ''] = inputs;
    for (const name of node.output) values.set(name, MOVES.includes(node.opType) ? rangeOf(first) : name);
  }
  return { graph, nodes, values };
}

/** The weights and bias of a convolution, if they are constants. */
export function weightsOf(
  { opType, input }: NodeProto,
  constants: ReadonlyMap<string, TensorProto>,
): { weights: FloatConstant; bias: Float32Array } | undefined {
  if (opType !== 'Conv') return undefined;
  const [, weightName = '', biasName = ''] = input;
  const weights = floatsOf(constants.get(weightName));
  const bias =
    biasName === '' ? new Float32Array(weights?.shape[0] ?? 0) : floatsOf(constants.get(biasName))?.data;
  return weights && bias && { weights, bias };
}

/** The inputs of a node that are coded in 8 bits. */
export function activationsOf(
  { opType, input }: NodeProto,
  constants: ReadonlyMap<string, TensorProto>,
): string[] {
  const values = opType === 'Conv' || MOVES.includes(opType) ? input.slice(0, 1) : input;
  return values.filter((name) => name !== '' && !constants.has(name));
}

type Readers = ReadonlyMap<string, readonly (NodeProto | undefined)[]>;

/** The readers of each value; undefined stands for an output of the graph. */
function readersOf({ node, output }: GraphProto): Readers {
  const readers = new Map<string, (NodeProto | undefined)[]>(output.map(({ name }) => [name, [undefined]]));
  for (const one of node) {
    for (const name of one.input) readers.set(name, [...(readers.get(name) ?? []), one]);
  }
  return readers;
}

/** @param later the nodes behind this one that run on 8 bits */
function canRun(
  node: NodeProto,
  constants: ReadonlyMap<string, TensorProto>,
  later: ReadonlySet<NodeProto>,
  readers: Readers,
): boolean {
  const { opType, output, input, domain = '' } = node;
  if (domain !== '') return false;
  if (opType === 'Conv') return weightsOf(node, constants) !== undefined;
  const given = activationsOf(node, constants);
  const fits =
    (MOVES.includes(opType) && given.length === 1) ||
    (COMPUTES.includes(opType) && given.length === input.length) ||
    (PAIRS.includes(opType) && given.length === 2);
  const isBetween = output.every((name) => {
    const all = readers.get(name) ?? [];
    return all.length > 0 && all.every((reader) => reader !== undefined && later.has(reader));
  });
  return fits && isBetween;
}

/**
 * Removes each clip behind a convolution or a residual Add: its bounds include 0, and the range of its output lies within
 * them, so the coding of that output clips at the same or at narrower bounds.
 */
function withoutClips(graph: GraphProto): GraphProto {
  const constants = constantsOf(graph);
  const uses = usesOf(graph);
  const renamed = new Map<string, string>();
  const makers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const node = graph.node.filter((one) => {
    const [from = ''] = one.input;
    const [to = ''] = one.output;
    const maker = makers.get(from);
    const isCodable = maker?.opType === 'Conv' || (maker?.opType === 'Add' && !hasConstant(maker, constants));
    if (!isCodable || uses.get(from) !== 1 || !clipsAroundZero(one, constants)) return true;
    renamed.set(from, to);
    return false;
  });
  const rename = (name: string): string => renamed.get(name) ?? name;
  return { ...graph, node: node.map((one) => ({ ...one, output: one.output.map(rename) })) };
}

function hasConstant({ input }: NodeProto, constants: ReadonlyMap<string, TensorProto>): boolean {
  return input.some((name) => constants.has(name));
}

function clipsAroundZero({ opType, input }: NodeProto, constants: ReadonlyMap<string, TensorProto>): boolean {
  if (opType === 'Relu') return true;
  if (opType !== 'Clip') return false;
  const bound = (name: string | undefined, missing: number): number =>
    name === undefined || name === '' ? missing : (floatsOf(constants.get(name))?.data[0] ?? NaN);
  return bound(input[1], -Infinity) <= 0 && bound(input[2], Infinity) >= 0;
}

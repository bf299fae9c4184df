import { QuantisationError } from '../errors';
import { constantOf, constantsOf } from '../onnx/constants';
import { foldConvolutions } from '../onnx/fold';
import { decodeModelProto, type ModelProto, type NodeProto, type TensorProto } from '../onnx/proto';

/** The operator set of 8-bit graphs: the first with a scale per channel. */
const OPSET = 13;
const IR_VERSION = 7;

/** The oldest operator set whose operators are those of `OPSET`, except the ones below. */
const OLDEST_OPSET = 11;

/** Operators whose attribute became an input in operator set 13. */
const MOVED: Readonly<Record<string, string>> = {
  Squeeze: 'axes',
  Unsqueeze: 'axes',
  ReduceSum: 'axes',
  Split: 'split',
};

/** Operators that mean something else since operator set 13. */
const CHANGED = ['Softmax', 'LogSoftmax', 'Hardmax'];

/** Operators of graphs that are in 8 bits already. */
const INTEGER = ['QuantizeLinear', 'QLinearConv', 'ConvInteger', 'DynamicQuantizeLinear', 'QLinearMatMul'];

/**
 * Reads a model and brings it into the form that is quantised: operator set 13, folded convolutions.
 * @throws QuantisationError if the graph cannot be quantised, with the reason
 */
export function prepare(bytes: Uint8Array): ModelProto {
  const model = decodeModelProto(bytes);
  const problem = problemOf(model);
  if (problem !== undefined) throw new QuantisationError(problem);
  return foldConvolutions(upgrade(model));
}

function problemOf({ graph, functions = [], opsetImport }: ModelProto): string | undefined {
  const { node, initializer, sparseInitializer = [] } = graph;
  const count = (...ops: string[]): number => node.filter(({ opType }) => ops.includes(opType)).length;
  const done = node.find(({ opType }) => INTEGER.includes(opType));
  if (done) return `The graph runs on integers already: it contains ${done.opType}.`;
  if (initializer.some(({ dataLocation }) => dataLocation === 1) || sparseInitializer.length > 0) {
    return 'The weights are sparse or in another file.';
  }
  const nested = node.find(({ attribute = [] }) => attribute.some(({ g, graphs }) => g ?? graphs?.length));
  if (nested) return `The graph contains another one, in ${nested.opType}.`;
  if (functions.length > 0) return 'The graph defines functions of its own.';
  const [convolutions, products] = [count('Conv'), count('MatMul', 'Gemm')];
  if (convolutions === 0) return 'The graph contains no convolution.';
  if (products > convolutions) {
    return `The graph is not a convolutional network: ${convolutions} Conv, ${products} MatMul and Gemm.`;
  }
  const version = opsetOf(opsetImport);
  if (version < OLDEST_OPSET)
    return `The graph uses operator set ${version}: export it with ${OPSET} or later.`;
  const changed = version < OPSET ? node.find(({ opType }) => CHANGED.includes(opType)) : undefined;
  if (changed) {
    return `The graph uses ${changed.opType} of operator set ${version}: export it with ${OPSET} or later.`;
  }
  return undefined;
}

function opsetOf(opsets: ModelProto['opsetImport']): number {
  return opsets.find(({ domain = '' }) => domain === '')?.version ?? 1;
}

/** The same graph in operator set 13 at least. Constants are no inputs, so that they cannot be replaced. */
function upgrade(model: ModelProto): ModelProto {
  const { graph, irVersion, opsetImport } = model;
  const constants = constantsOf(graph);
  const added: TensorProto[] = [];
  const isOld = opsetOf(opsetImport) < OPSET;
  const node = isOld ? graph.node.map((one) => withMoved(one, added)) : graph.node;
  return {
    ...model,
    irVersion: Math.max(irVersion, IR_VERSION),
    opsetImport: isOld
      ? opsetImport.map((set) => ((set.domain ?? '') === '' ? { ...set, version: OPSET } : set))
      : opsetImport,
    graph: {
      ...graph,
      node,
      initializer: [...graph.initializer, ...added],
      input: graph.input.filter(({ name }) => !constants.has(name)),
    },
  };
}

/** Turns the attribute of a node into an input. */
function withMoved(node: NodeProto, added: TensorProto[]): NodeProto {
  const moved = MOVED[node.opType];
  const { attribute = [], input } = node;
  const values = attribute.find(({ name }) => name === moved)?.ints;
  if (moved === undefined || !values) return node;
  const name = `${node.output[0] ?? ''}/${moved}`;
  added.push(constantOf(name, 'int64', [values.length], BigInt64Array.from(values.map(BigInt))));
  return {
    ...node,
    input: [input[0] ?? '', name],
    attribute: attribute.filter((one) => one.name !== moved),
  };
}

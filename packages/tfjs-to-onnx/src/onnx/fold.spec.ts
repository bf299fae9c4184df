import { floatsOf } from './constants';
import { foldConvolutions } from './fold';
import { OnnxGraph } from './graph';
import { floats } from './tensor';
import type { ModelProto } from './proto';

const shape = ['N', 1, 2, 2];

function toModel(graph: OnnxGraph, output: string): ModelProto {
  return graph.toModel('test', [{ name: 'x', shape }], [{ name: output, shape }]);
}

/** A 1x1 convolution of one channel with weight 2. */
function convolve(graph: OnnxGraph, from: string, name: string): string {
  return graph.node(name, 'Conv', [from, graph.constant(`${name}/w`, floats([2], [1, 1, 1, 1]))]);
}

/** The remaining nodes, and the weight and bias of the first convolution. */
function folded(graph: OnnxGraph, output: string) {
  const { node, initializer } = foldConvolutions(toModel(graph, output)).graph;
  const conv = node.find(({ opType }) => opType === 'Conv');
  const [, ...values] = conv?.input ?? [];
  return {
    ops: node.map(({ opType }) => opType),
    outputs: conv?.output,
    values: values.map((name) => floatsOf(initializer.find((one) => one.name === name))?.data[0]),
  };
}

describe('foldConvolutions', () => {
  it('folds a factor and a summand in their order', () => {
    const graph = new OnnxGraph();
    convolve(graph, 'x', 'conv');
    graph.node('scaled', 'Mul', ['conv', graph.constant('three', floats([3], [1, 1, 1]))]);
    graph.node('shifted', 'Add', [graph.constant('one', floats([1], [])), 'scaled']);
    expect(folded(graph, 'shifted')).toEqual({ ops: ['Conv'], outputs: ['shifted'], values: [6, 1] });
  });

  it('folds batch normalisation: (y - mean) / sqrt(variance + epsilon) * gamma + beta', () => {
    const graph = new OnnxGraph();
    convolve(graph, 'x', 'conv');
    const parameters = Object.entries({ gamma: 4, beta: 5, mean: 3, variance: 3 }).map(([name, value]) =>
      graph.constant(name, floats([value])),
    );
    graph.node('normal', 'BatchNormalization', ['conv', ...parameters], { epsilon: { float: 1 } });
    expect(folded(graph, 'normal')).toEqual({ ops: ['Conv'], outputs: ['normal'], values: [4, -1] });
  });

  it('folds a summand behind a residual sum into the convolution before it', () => {
    const graph = new OnnxGraph();
    convolve(graph, 'x', 'conv');
    graph.node('sum', 'Sum', ['conv', 'x']);
    graph.node('shifted', 'Add', ['sum', graph.constant('one', floats([1], [1, 1, 1]))]);
    expect(folded(graph, 'shifted')).toEqual({ ops: ['Conv', 'Add'], outputs: ['conv'], values: [2, 1] });
  });

  it('keeps a node if something else reads the convolution', () => {
    const graph = new OnnxGraph();
    convolve(graph, 'x', 'conv');
    graph.node('scaled', 'Mul', ['conv', graph.constant('three', floats([3], [1, 1, 1]))]);
    graph.node('both', 'Add', ['scaled', 'conv']);
    expect(folded(graph, 'both').ops).toEqual(['Conv', 'Mul', 'Add']);
  });

  it.each([
    ['one number per column', [1, 2], [1, 2]],
    ['a number per pixel', [1, 2, 3, 4], [2, 2]],
    ['a fifth dimension', [1], [1, 1, 1, 1, 1]],
  ])('keeps a node with %s', (_, values, dims) => {
    const graph = new OnnxGraph();
    convolve(graph, 'x', 'conv');
    graph.node('scaled', 'Mul', ['conv', graph.constant('by', floats(values, dims))]);
    expect(folded(graph, 'scaled').ops).toEqual(['Conv', 'Mul']);
  });
});

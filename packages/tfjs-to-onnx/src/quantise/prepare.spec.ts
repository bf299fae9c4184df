import { OnnxGraph } from '../onnx/graph';
import { decodeModelProto, encodeModelProto, type ModelProto } from '../onnx/proto';
import { floats } from '../onnx/tensor';
import { QuantisationError } from '../errors';
import { prepare } from './prepare';

const x = { name: 'x', shape: ['N', 1, 4, 4] };

/** A convolution and more nodes, each reading the one before. */
function modelOf(...ops: string[]): ModelProto {
  const graph = new OnnxGraph();
  const weights = graph.constant('w', floats([2], [1, 1, 1, 1]));
  let last = 'x';
  for (const op of ops) {
    const inputs = ['Conv', 'MatMul'].includes(op) ? [last, weights] : [last];
    last = graph.node(`${last}${op}`, op, inputs);
  }
  return graph.toModel('test', [x], [{ name: last, shape: ['N'] }]);
}

const withOpset = (model: ModelProto, version: number): Buffer =>
  encodeModelProto({ ...model, opsetImport: [{ domain: '', version }] });

it.each([
  ['no convolution', encodeModelProto(modelOf('Relu')), 'contains no convolution'],
  ['integers', encodeModelProto(modelOf('Conv', 'QuantizeLinear')), 'runs on integers already'],
  ['mostly products', encodeModelProto(modelOf('Conv', 'MatMul', 'MatMul')), '1 Conv, 2 MatMul'],
  ['an old operator set', withOpset(modelOf('Conv'), 9), 'operator set 9'],
  ['an old Softmax', withOpset(modelOf('Conv', 'Softmax'), 11), 'Softmax of operator set 11'],
])('refuses a graph with %s', (_, bytes, reason) => {
  expect(() => prepare(bytes)).toThrow(QuantisationError);
  expect(() => prepare(bytes)).toThrow(reason);
});

it('brings a graph of operator set 11 to 13, where Squeeze has its axes as an input', () => {
  const graph = new OnnxGraph();
  graph.node('y', 'Conv', ['x', graph.constant('w', floats([2], [1, 1, 1, 1]))]);
  graph.node('z', 'Squeeze', ['y'], { axes: [1] });
  const model = graph.toModel('test', [x, { name: 'w', shape: [1] }], [{ name: 'z', shape: ['N'] }]);
  const { opsetImport, graph: made } = prepare(withOpset(model, 11));
  expect(opsetImport).toMatchObject([{ version: 13 }]);
  expect(made.node.at(-1)).toMatchObject({ input: ['y', 'z/axes'], attribute: [] });
  expect(made.initializer.at(-1)).toMatchObject({ name: 'z/axes', dims: [1] });
  expect(made.input).toMatchObject([{ name: 'x' }]); // a constant that is an input as well could be replaced
});

it('reads what it writes', () => {
  const bytes = encodeModelProto(modelOf('Conv', 'Relu'));
  expect(encodeModelProto(decodeModelProto(bytes))).toEqual(bytes);
});

import { runOnnx } from '../../test/onnx-worker';
import { foldConvolutions } from './fold';
import { OnnxGraph } from './graph';
import { encodeModelProto, type ModelProto } from './proto';
import { floats } from './tensor';

/** Values between -1 and 1 that look random. */
const values = (count: number, phase: number) =>
  Array.from({ length: count }, (_, i) => Math.sin(7 * i + phase));

/** A full and a depthwise convolution of three channels, each with everything that can be folded, and a residual. */
function network(): ModelProto {
  const graph = new OnnxGraph();
  const perChannel = (name: string, phase: number) =>
    graph.constant(name, floats(values(3, phase), [3, 1, 1]));
  const full = graph.constant('full/w', floats(values(81, 1), [3, 3, 3, 3]));
  graph.node('full', 'Conv', ['x', full], { auto_pad: 'SAME_UPPER', kernel_shape: [3, 3] });
  graph.node('full/mul', 'Mul', ['full', perChannel('full/scale', 2)]);
  graph.node('full/add', 'Add', ['full/mul', perChannel('full/shift', 3)]);
  const deep = graph.constant('deep/w', floats(values(27, 4), [3, 1, 3, 3]));
  const bias = graph.constant('deep/b', floats(values(3, 5)));
  graph.node('deep', 'Conv', ['full/add', deep, bias], {
    ...{ auto_pad: 'SAME_UPPER', group: 3, kernel_shape: [3, 3] },
  });
  const parameters = ['gamma', 'beta', 'mean'].map((name, i) => graph.constant(name, floats(values(3, i))));
  const variance = graph.constant('variance', floats([0.5, 1, 2]));
  graph.node('deep/normal', 'BatchNormalization', ['deep', ...parameters, variance]);
  graph.node('sum', 'Sum', ['deep/normal', 'full/add']);
  graph.node('y', 'Add', ['sum', perChannel('last', 6)]);
  const shape = ['N', 3, 5, 5];
  return graph.toModel('test', [{ name: 'x', shape }], [{ name: 'y', shape }]);
}

it('keeps the outputs of full and depthwise convolutions', async () => {
  const plain = network();
  const folded = foldConvolutions(plain);
  expect(folded.graph.node.map(({ opType }) => opType)).toEqual(['Conv', 'Conv', 'Add']);
  const x = { dims: [2, 3, 5, 5], data: values(150, 0) };
  const [before, after] = await Promise.all(
    [plain, folded].map((model) => runOnnx(encodeModelProto(model), { x })),
  );
  expect(after!['y']!.data).toHaveLength(150);
  after!['y']!.data.forEach((value, i) => {
    expect(value).toBeCloseTo(before!['y']!.data[i]!, 5);
  });
});

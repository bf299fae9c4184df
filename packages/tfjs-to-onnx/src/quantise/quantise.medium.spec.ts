import { runOnnx } from '../../test/onnx-worker';
import { OnnxGraph } from '../onnx/graph';
import { decodeModelProto } from '../onnx/proto';
import { floats } from '../onnx/tensor';
import { exposeActivations, quantise, type Ranges } from './quantise';

/** Values between -1 and 1 that look random. */
const values = (count: number, phase: number) =>
  Array.from({ length: count }, (_, i) => Math.sin(7 * i + phase));

/** Two convolutions with a clip and a residual Add between them, and a head of floats. */
function network(): Buffer {
  const graph = new OnnxGraph();
  const bounds = [graph.constant('low', floats([0], [])), graph.constant('high', floats([6], []))];
  const first = graph.constant('first/w', floats(values(36, 1), [4, 1, 3, 3]));
  graph.node('first', 'Conv', ['x', first], { pads: [1, 1, 1, 1] });
  graph.node('clipped', 'Clip', ['first', ...bounds]);
  const second = graph.constant('second/w', floats(values(36, 2), [4, 1, 3, 3]));
  graph.node('second', 'Conv', ['clipped', second], { pads: [1, 1, 1, 1], group: 4 });
  graph.node('sum', 'Add', ['second', 'clipped']);
  const last = graph.constant('last/w', floats(values(8, 3), [2, 4, 1, 1]));
  graph.node('last', 'Conv', ['sum', last, graph.constant('last/b', floats([0.5, -0.5]))]);
  graph.node('y', 'Sigmoid', ['last']);
  const shape = ['N', 2, 5, 5];
  return graph.toBytes(
    'test',
    [{ name: 'x', shape: ['N', 1, 5, 5] }],
    [
      { name: 'y', shape },
      { name: 'last', shape },
    ],
  );
}

const x = { dims: [2, 1, 5, 5], data: values(50, 0) };

async function measured(): Promise<Ranges> {
  const { model, activations } = exposeActivations(network());
  const found = await runOnnx(model, { x });
  return Object.fromEntries(
    activations.map(({ name, output }) => {
      const { data } = found[output]!;
      return [name, [Math.min(...data), Math.max(...data)]];
    }),
  );
}

describe('quantise', () => {
  it('names the values between the convolutions: no clipped one before its clip, no head', async () => {
    expect(Object.keys(await measured()).sort()).toEqual(['clipped', 'last', 'second', 'sum', 'x']);
  });

  it('computes nearly the same on integers', async () => {
    const ranges = await measured();
    const model = quantise(network(), ranges);
    expect(decodeModelProto(model).graph.node.map(({ opType }) => opType)).not.toContain('Clip');
    const [before, after] = await Promise.all([network(), model].map((bytes) => runOnnx(bytes, { x })));
    const [low, high] = ranges['last']!;
    for (const [name, spread] of [
      ['y', 1],
      ['last', high - low],
    ] as const) {
      expect(after![name]!.dims).toEqual([2, 2, 5, 5]);
      after![name]!.data.forEach((value, i) => {
        expect(Math.abs(value - before![name]!.data[i]!) / spread).toBeLessThan(0.03);
      });
    }
    const steps = new Set(after!['last']!.data.map((value) => (value / ((high - low) / 255)).toFixed(3)));
    expect([...steps].every((step) => step.endsWith('.000'))).toBe(true); // it ran on integers
  });

  it('computes exactly what integers allow', async () => {
    const graph = new OnnxGraph();
    graph.node('y', 'Conv', ['x', graph.constant('w', floats([2], [1, 1, 1, 1]))]);
    const shape = [1, 1, 1, 4];
    const bytes = graph.toBytes('test', [{ name: 'x', shape }], [{ name: 'y', shape }]);
    const model = quantise(bytes, { x: [0, 255], y: [0, 508] }); // steps of 1 and of 508 / 255
    const { y } = await runOnnx(model, { x: { dims: shape, data: [0, 10.4, 254, 300] } });
    const step = 508 / 255;
    const expected = [0, Math.round(20 / step) * step, 508, 508]; // 10.4 is 10; 300 and 510 are out of range
    expect(y!.dims).toEqual(shape);
    y!.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });
  });

  it('requires the range of every value', () => {
    expect(() => quantise(network(), {})).toThrow("The range of 'x' is missing.");
  });
});

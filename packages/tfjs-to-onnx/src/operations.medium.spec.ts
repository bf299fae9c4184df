import { runOnnx, type Values } from '../test/onnx-worker';
import { conv, float, graphModel, int, list, node, text } from '../test/tf-graph';
import { TfjsConversionError } from './errors';
import { type Tensor } from './onnx/tensor';
import { GraphConverter } from './converter';
import { type TfNode } from './graph-model';

/** Converts a graph with input `x`; its last node is the output. Images are NCHW in ONNX. */
function convert(nodes: TfNode[], constants: Record<string, Tensor>, rank = 4, outRank = rank): Buffer {
  const converter = new GraphConverter(graphModel(nodes, constants), { x: { name: 'x', image: rank === 4 } });
  converter.graph.node('out', 'Identity', [converter.plain(nodes.at(-1)!.name)]);
  const free = (value: string, axes: number) => Array.from({ length: axes }, (_, axis) => `${value}${axis}`);
  const [input, output] = [free('x', rank), free('out', outRank)];
  return converter.graph.toBytes('test', [{ name: 'x', shape: input }], [{ name: 'out', shape: output }]);
}

async function run(
  nodes: TfNode[],
  constants: Record<string, Tensor>,
  x: Values,
  outRank?: number,
): Promise<Values> {
  const model = convert(nodes, constants, x.dims.length, outRank);
  return (await runOnnx(model, { x })).out!;
}

describe('operations', () => {
  /** One channel, 3x3: 1..9. */
  const image: Values = { dims: [1, 1, 3, 3], data: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
  const box = float([2, 2, 1, 1], [1, 1, 1, 1]);

  it('converts Conv2D without padding', async () => {
    const out = await run([node('c', 'Conv2D', ['x', 'k'], conv(1, 'VALID'))], { k: box }, image);
    expect(out).toEqual({ dims: [1, 2, 2, 1], data: [12, 16, 24, 28] });
  });

  it('pads the odd row and column last in Conv2D with SAME padding', async () => {
    const out = await run([node('c', 'Conv2D', ['x', 'k'], conv(1, 'SAME'))], { k: box }, image);
    expect(out.data).toEqual([12, 16, 9, 24, 28, 15, 15, 17, 9]);
  });

  it('converts Conv2D with a stride, and with a dilation', async () => {
    const strided = await run([node('c', 'Conv2D', ['x', 'k'], conv(2, 'SAME'))], { k: box }, image);
    expect(strided.data).toEqual([12, 9, 15, 9]);
    const dilated = await run([node('c', 'Conv2D', ['x', 'k'], conv(1, 'VALID', 2))], { k: box }, image);
    expect(dilated.data).toEqual([1 + 3 + 7 + 9]);
  });

  it('reads the kernels of Conv2D as height, width, in, out', async () => {
    // 1x1, two channels in, two out: out0 = a + 10 b, out1 = 100 a + 1000 b
    const k = float([1, 1, 2, 2], [1, 100, 10, 1000]);
    const x = { dims: [1, 2, 1, 1], data: [2, 3] };
    const out = await run([node('c', 'Conv2D', ['x', 'k'], conv(1, 'SAME'))], { k }, x);
    expect(out.data).toEqual([32, 3200]);
  });

  it('keeps channels separate in DepthwiseConv2dNative, with several results per channel', async () => {
    // channel 0 times 1 and 2, channel 1 times 3 and 4
    const k = float([1, 1, 2, 2], [1, 2, 3, 4]);
    const x = { dims: [1, 2, 1, 2], data: [5, 6, 7, 8] };
    const out = await run([node('d', 'DepthwiseConv2dNative', ['x', 'k'], conv(1, 'SAME'))], { k }, x);
    expect(out).toEqual({ dims: [1, 1, 2, 4], data: [5, 10, 21, 28, 6, 12, 24, 32] });
  });

  it('converts scale, bias and Relu6 after a convolution, with constants on either side', async () => {
    const nodes = [
      node('c', 'Conv2D', ['x', 'k'], conv(1, 'SAME')),
      node('m', 'Mul', ['scale', 'c']),
      node('b', 'BiasAdd', ['m', 'bias'], { data_format: text('NHWC') }),
      node('a', 'Add', ['b', 'more']),
      node('r', 'Relu6', ['a']),
    ];
    const constants = {
      k: float([1, 1, 1, 3], [1, 1, 1]),
      scale: float([3], [1, 2, -1]),
      bias: float([3], [0.5, -1, 0]),
      more: float([], [0.25]),
    };
    const out = await run(nodes, constants, { dims: [1, 1, 1, 2], data: [1, 4] });
    expect(out).toEqual({ dims: [1, 1, 2, 3], data: [1.75, 1.25, 0, 4.75, 6, 0] });
  });

  it('keeps the order of the operands of Sub', async () => {
    expect((await run([node('s', 'Sub', ['x', 'one'])], { one: float([], [1]) }, image)).data[0]).toBe(0);
    expect((await run([node('s', 'Sub', ['one', 'x'])], { one: float([], [1]) }, image)).data[8]).toBe(-8);
  });

  it('adds images with AddN', async () => {
    const out = await run([node('r', 'Relu6', ['x']), node('s', 'AddN', ['x', 'r', 'x'])], {}, image);
    expect(out.data).toEqual([3, 6, 9, 12, 15, 18, 20, 22, 24]);
  });

  it('converts FusedBatchNorm', async () => {
    const nodes = [
      node('n', 'FusedBatchNorm', ['x', 'gamma', 'beta', 'mean', 'variance'], {
        data_format: text('NHWC'),
        epsilon: { f: 1 },
      }),
    ];
    const constants = {
      gamma: float([2], [2, 1]),
      beta: float([2], [10, 0]),
      mean: float([2], [1, 4]),
      variance: float([2], [3, 0]),
    };
    // 2 (x - 1) / sqrt(3 + 1) + 10 and x - 4
    const out = await run(nodes, constants, { dims: [1, 2, 1, 1], data: [5, 7] });
    expect(out.data[0]).toBeCloseTo(14, 5);
    expect(out.data[1]).toBeCloseTo(3, 5);
  });

  it('uses TensorFlow axes in Reshape, ConcatV2, Squeeze, Slice and Sigmoid', async () => {
    // channels come last: pixels (1, 10), (2, 20)
    const x = { dims: [1, 2, 1, 2], data: [1, 2, 10, 20] };
    const nodes = [
      node('flat', 'Reshape', ['x', 'shape']),
      node('twice', 'ConcatV2', ['flat', 'flat', 'axis']),
      node('thin', 'Squeeze', ['twice'], { squeeze_dims: list(1) }),
      node('part', 'Slice', ['thin', 'begin', 'size']),
    ];
    const constants = {
      shape: int([3], [-1, 1, 4]),
      axis: int([], [2]),
      begin: int([2], [0, 1]),
      size: int([2], [-1, 5]),
    };
    expect(await run(nodes, constants, x, 2)).toEqual({ dims: [1, 5], data: [10, 2, 20, 1, 10] });
    const sigmoid = await run(
      [node('s', 'Sigmoid', ['x'])],
      {},
      { dims: [3], data: [0, Math.log(3), -Math.log(3)] },
    );
    expect(sigmoid.data.map((v) => v.toFixed(5))).toEqual(['0.50000', '0.75000', '0.25000']);
  });

  it('is deterministic', () => {
    const nodes = [node('c', 'Conv2D', ['x', 'k'], conv(1, 'SAME'))];
    expect(convert(nodes, { k: box }).equals(convert(nodes, { k: box }))).toBe(true);
  });

  it.each([
    ['an unknown operation', [node('f', 'FancyOp', ['x'])], {}, "FancyOp (node 'f')"],
    ['an unknown padding', [node('c', 'Conv2D', ['x', 'k'], conv(1, 'EXPLICIT'))], { k: box }, 'EXPLICIT'],
    [
      'images in an unknown layout',
      [node('c', 'Conv2D', ['x', 'k'], { ...conv(1, 'SAME'), data_format: text('NCHW') })],
      { k: box },
      'NHWC',
    ],
    ['a missing attribute', [node('c', 'Conv2D', ['x', 'k'], {})], { k: box }, "'strides' of Conv2D 'c'"],
    ['a missing node', [node('r', 'Relu6', ['y'])], {}, "no node 'y'"],
    [
      'a computed shape',
      [node('t', 'Range', []), node('s', 'Pack', ['t']), node('r', 'Reshape', ['x', 's'])],
      {},
      "'t'",
    ],
    [
      'constants of whole planes',
      [node('m', 'Mul', ['x', 'k'])],
      { k: box },
      'more than one number per channel',
    ],
  ])('refuses %s', (_, nodes, constants, words) => {
    expect(() => convert(nodes, constants)).toThrow(TfjsConversionError);
    expect(() => convert(nodes, constants)).toThrow(words);
  });
});

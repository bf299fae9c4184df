import { type Tensor } from '../src/onnx/tensor';
import { type GraphModel, type TfNode } from '../src/graph-model';

/** Attributes in the JSON form of TensorFlow. */
export const text = (value: string) => ({ s: [...Buffer.from(value)] });
export const list = (...values: number[]) => ({ list: { i: values.map(String) } });

/** Attributes of a convolution. */
export const conv = (stride: number, padding: string, dilation = 1) => ({
  data_format: text('NHWC'),
  padding: text(padding),
  strides: list(1, stride, stride, 1),
  dilations: list(1, dilation, dilation, 1),
});

export const node = (name: string, op: string, input: string[], attr: TfNode['attr'] = {}): TfNode => ({
  name,
  op,
  input,
  attr,
});

export const float = (shape: number[], values: number[]): Tensor => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(values),
});

export const int = (shape: number[], values: number[]): Tensor => ({
  dtype: 'int32',
  shape,
  data: Int32Array.from(values),
});

export function graphModel(nodes: TfNode[], constants: Record<string, Tensor>): GraphModel {
  return { nodes: new Map(nodes.map((n) => [n.name, n])), constants: new Map(Object.entries(constants)) };
}

const resized = 'Preprocessor/map/TensorArrayStack/TensorArrayGatherV3';
const decode = 'ConstantFolding/Postprocessor/Decode';

/**
 * The smallest SSD: an image of 2x2, whose 12 values (row by row, RGB interleaved) are the offsets of three anchors (ty,
 * tx, th, tw each), and, after a sigmoid, their scores: a background column, which is removed, and three classes. The
 * batch size comes from the image's shape, as in real exports.
 */
export const tinySsd = {
  nodes: [
    node('Shape', 'Shape', [resized]),
    node('batch', 'StridedSlice', ['Shape', 'zero', 'one', 'one']),
    node('box_shape', 'Pack', ['batch', 'three', 'unit', 'four']),
    node('score_shape', 'Pack', ['batch', 'three', 'four']),
    node('encodings', 'Reshape', [resized, 'box_shape']),
    node('Squeeze', 'Squeeze', ['encodings'], { squeeze_dims: list(2) }),
    node('logits', 'Reshape', [resized, 'score_shape']),
    node('all_scores', 'Sigmoid', ['logits']),
    node('Postprocessor/Slice', 'Slice', ['all_scores', 'begin', 'size']),
  ],
  constants: {
    zero: int([1], [0]),
    one: int([1], [1]),
    three: int([], [3]),
    unit: int([], [1]),
    four: int([], [4]),
    begin: int([3], [0, 0, 1]),
    size: int([3], [-1, -1, -1]),
    // top, left, bottom, right
    'Postprocessor/ExpandDims': float([1, 3, 4], [0, 0, 0.5, 1, 0.25, 0.25, 0.75, 0.75, 0.5, 0, 1, 0.5]),
    [`${decode}/div_recip`]: float([], [0.1]),
    [`${decode}/div_2_recip`]: float([], [0.2]),
  } satisfies Record<string, Tensor>,
};

/** A graph as the files of a TensorFlow.js graph model. */
export function modelFiles(
  nodes: readonly TfNode[],
  constants: Record<string, Tensor>,
): Record<'model.json' | 'weights.bin', Buffer> {
  const weights = Object.entries(constants).map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const bytes = Object.values(constants).map(({ data }) => Buffer.from(data.buffer));
  const model = { modelTopology: { node: nodes }, weightsManifest: [{ paths: ['weights.bin'], weights }] };
  return { 'model.json': Buffer.from(JSON.stringify(model)), 'weights.bin': Buffer.concat(bytes) };
}

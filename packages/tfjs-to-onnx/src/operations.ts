import { TfjsConversionError } from './errors';
import { integers, floats, transpose } from './onnx/tensor';
import { floatAttribute, integersAttribute, textAttribute } from './attributes';
import { type GraphConverter, type Value } from './converter';
import { type TfNode } from './graph-model';

type Operation = (to: GraphConverter, node: TfNode) => Value;

/**
 * The ONNX form of each TensorFlow operation. Nothing is fused here: `foldConvolutions` folds scales and biases, and
 * ONNX Runtime a clip.
 */
export const operations: Readonly<Record<string, Operation>> = {
  Conv2D: (to, node) => {
    const kernel = to.floats(input(node, 1));
    return convolution(to, node, transpose(kernel.data, kernel.shape, [3, 2, 0, 1]), 1); // HWIO to OIHW
  },
  DepthwiseConv2dNative: (to, node) => {
    const kernel = to.floats(input(node, 1)); // height, width, channel, multiplier
    const { data, shape } = transpose(kernel.data, kernel.shape, [2, 3, 0, 1]);
    const [channels = 0, multiplier = 0, height = 0, width = 0] = shape;
    return convolution(to, node, { data, shape: [channels * multiplier, 1, height, width] }, channels);
  },
  FusedBatchNorm: (to, node) => {
    const parameters = node.input.slice(1, 5).map((name) => to.graph.constant(name, to.constant(name)));
    const epsilon = { float: floatAttribute(node, 'epsilon') };
    return image(
      to.graph.node(node.name, 'BatchNormalization', [imageInput(to, node), ...parameters], { epsilon }),
    );
  },
  Relu6: (to, node) => {
    const { name, image } = to.value(input(node, 0));
    const bounds = [
      to.graph.constant('relu6/min', floats([0], [])),
      to.graph.constant('relu6/max', floats([6], [])),
    ];
    return { name: to.graph.node(node.name, 'Clip', [name, ...bounds]), image };
  },
  Add: (to, node) => elementwise(to, node, 'Add'),
  AddN: (to, node) => elementwise(to, node, 'Sum'),
  BiasAdd: (to, node) => elementwise(to, node, 'Add'),
  Sub: (to, node) => elementwise(to, node, 'Sub'),
  Mul: (to, node) => elementwise(to, node, 'Mul'),
  Sigmoid: (to, node) => plain(to.graph.node(node.name, 'Sigmoid', [to.plain(input(node, 0))])),
  Reshape: (to, node) => {
    const shape = to.graph.constant(`${node.name}/shape`, integers(targetShape(to, input(node, 1))));
    return plain(to.graph.node(node.name, 'Reshape', [to.plain(input(node, 0)), shape]));
  },
  Squeeze: (to, node) => {
    const axes = to.graph.constant(`${node.name}/axes`, integers(integersAttribute(node, 'squeeze_dims')));
    return plain(to.graph.node(node.name, 'Squeeze', [to.plain(input(node, 0)), axes]));
  },
  ConcatV2: (to, node) => {
    const values = node.input.slice(0, -1).map((name) => to.plain(name));
    const [axis = 0] = to.numbers(input(node, node.input.length - 1));
    return plain(to.graph.node(node.name, 'Concat', values, { axis }));
  },
  Slice: (to, node) => {
    const begin = to.numbers(input(node, 1));
    const size = to.numbers(input(node, 2));
    // a size of -1 means the rest of the axis; ONNX accepts any larger number for that
    const end = begin.map((from, axis) => (size[axis] === -1 ? 2 ** 31 - 1 : from + (size[axis] ?? 0)));
    const bounds = [
      to.graph.constant(`${node.name}/starts`, integers(begin)),
      to.graph.constant(`${node.name}/ends`, integers(end)),
    ];
    return plain(to.graph.node(node.name, 'Slice', [to.plain(input(node, 0)), ...bounds]));
  },
};

const image = (name: string): Value => ({ name, image: true });
const plain = (name: string): Value => ({ name, image: false });

function input(node: TfNode, index: number): string {
  const name = node.input[index];
  if (name === undefined) throw new TfjsConversionError(`${node.op} '${node.name}' has no input ${index}.`);
  return name;
}

function imageInput(to: GraphConverter, node: TfNode): string {
  const value = to.value(input(node, 0));
  if (!value.image || textAttribute(node, 'data_format') !== 'NHWC') {
    throw new TfjsConversionError(`${node.op} '${node.name}' does not work on an NHWC image.`);
  }
  return value.name;
}

function convolution(
  to: GraphConverter,
  node: TfNode,
  kernel: { shape: number[]; data: Float32Array },
  group: number,
): Value {
  const [, strideY = 1, strideX = 1] = integersAttribute(node, 'strides');
  const [, dilationY = 1, dilationX = 1] = integersAttribute(node, 'dilations');
  const padding = textAttribute(node, 'padding');
  if (padding !== 'SAME' && padding !== 'VALID') {
    throw new TfjsConversionError(
      `${node.op} '${node.name}': padding ${padding} cannot be converted to ONNX.`,
    );
  }
  const weights = to.graph.constant(`${node.name}/weights`, { dtype: 'float32', ...kernel });
  return image(
    to.graph.node(node.name, 'Conv', [imageInput(to, node), weights], {
      kernel_shape: kernel.shape.slice(2),
      strides: [strideY, strideX],
      dilations: [dilationY, dilationX],
      group,
      auto_pad: padding === 'SAME' ? 'SAME_UPPER' : 'VALID', // TensorFlow adds the odd pixel at the end
    }),
  );
}

/** An operation on equal shapes, or on an image and constants with one number or one per channel. */
function elementwise(to: GraphConverter, node: TfNode, op: string): Value {
  const operands = node.input.map((name) => (to.isConstant(name) ? undefined : to.value(name)));
  const isImage = operands.some((value) => value?.image);
  const names = node.input.map((name, i) => {
    const value = operands[i];
    if (value && value.image === isImage) return value.name;
    const tensor = to.floats(name);
    if (!isImage || tensor.shape.length === 0)
      return to.graph.constant(name, { dtype: 'float32', ...tensor });
    if (tensor.shape.length !== 1) {
      throw new TfjsConversionError(
        `${node.op} '${node.name}': '${name}' has more than one number per channel.`,
      );
    }
    // channels are last in TensorFlow, before height and width in ONNX
    const shape = [tensor.data.length, 1, 1];
    return to.graph.constant(`${name}/channels`, { dtype: 'float32', shape, data: tensor.data });
  });
  return { name: to.graph.node(node.name, op, names), image: isImage };
}

/**
 * The target shape of a Reshape. TensorFlow computes it if it includes the batch size: Pack of StridedSlice(Shape(x))[0]
 * and constants. The one unknown dimension is -1, as in ONNX.
 */
function targetShape(to: GraphConverter, name: string): number[] {
  if (to.isConstant(name)) return to.numbers(name);
  const pack = to.node(name);
  if (pack.op !== 'Pack') throw new TfjsConversionError(`The shape '${name}' is not made of constants.`);
  const shape = pack.input.map((part) => {
    if (to.isConstant(part)) return to.numbers(part)[0] ?? 0;
    const slice = to.node(part);
    if (slice.op === 'StridedSlice' && to.node(input(slice, 0)).op === 'Shape') return -1;
    throw new TfjsConversionError(`The shape '${name}' is computed in an unsupported way ('${part}').`);
  });
  if (shape.filter((size) => size === -1).length > 1) {
    throw new TfjsConversionError(`The shape '${name}' has more than one dimension that is not constant.`);
  }
  return shape;
}

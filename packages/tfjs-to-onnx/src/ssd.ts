import { TfjsConversionError } from './errors';
import { foldConvolutions } from './onnx/fold';
import { encodeModelProto } from './onnx/proto';
import { floats, integers } from './onnx/tensor';
import { GraphConverter } from './converter';
import { type GraphModel } from './graph-model';

/** Nodes at which to cut an SSD that was exported by the TensorFlow Object Detection API. */
const cut = {
  /** The resized images, replaced by `images`. Float RGB 0..255. */
  resized: 'Preprocessor/map/TensorArrayStack/TensorArrayGatherV3',
  /** Box offsets [N, anchors, 4]: ty, tx, th, tw. */
  offsets: 'Squeeze',
  /** Scores [N, anchors, classes], after the sigmoid and without the background. */
  scores: 'Postprocessor/Slice',
  /** Anchors [1, anchors, 4]: top, left, bottom, right. */
  anchors: 'Postprocessor/ExpandDims',
  /** Factors of the box coder for ty, tx and for th, tw. */
  centreScale: 'ConstantFolding/Postprocessor/Decode/div_recip',
  sizeScale: 'ConstantFolding/Postprocessor/Decode/div_2_recip',
};

/**
 * Converts an SSD of the TensorFlow Object Detection API to ONNX: from `images` float32 [N,3,size,size] (RGB 0..255) to
 * `boxes` float32 [N,anchors,4] (left, top, right, bottom as fractions of the image, not clamped) and `scores` float32
 * [N,anchors,classes] (0..1). N is free; there is no NMS. What follows a convolution is folded into it.
 *
 * @param size width and height of the input
 * @throws TfjsConversionError if the model is of another kind
 */
export function convertSsd(model: GraphModel, size: number): Buffer {
  const images = { name: 'images', image: true };
  const converter = new GraphConverter(model, { [cut.resized]: images });
  const { graph } = converter;
  const anchors = converter.floats(cut.anchors);
  if (anchors.shape.length !== 3 || anchors.shape[2] !== 4) {
    throw new TfjsConversionError(`'${cut.anchors}' is [${anchors.shape.join(', ')}], not [1, anchors, 4].`);
  }
  graph.node('scores', 'Identity', [converter.plain(cut.scores)]);
  decodeBoxes(converter, anchors.data);
  const count = anchors.data.length / 4;
  const converted = graph.toModel(
    'ssd',
    [{ name: images.name, shape: ['N', 3, size, size] }],
    [
      { name: 'boxes', shape: ['N', count, 4] },
      { name: 'scores', shape: ['N', count, 'classes'] },
    ],
  );
  return encodeModelProto(foldConvolutions(converted));
}

/**
 * Adds the decoding of the boxes: centre = anchor centre + scale * offset * anchor size and
 * size = anchor size * exp(scale * offset), as in the Faster R-CNN box coder
 * (https://arxiv.org/abs/1506.01497, equation 2).
 */
function decodeBoxes(converter: GraphConverter, anchors: Float32Array): void {
  const [centreScale = 1] = converter.floats(cut.centreScale).data;
  const [sizeScale = 1] = converter.floats(cut.sizeScale).data;
  const centres: number[] = [];
  const reaches: number[] = []; // distance that one unit of offset moves the centre
  const halves: number[] = [];
  for (let i = 0; i < anchors.length; i += 4) {
    const [top = 0, left = 0, bottom = 0, right = 0] = anchors.subarray(i, i + 4);
    centres.push((left + right) / 2, (top + bottom) / 2);
    reaches.push((right - left) * centreScale, (bottom - top) * centreScale);
    halves.push((right - left) / 2, (bottom - top) / 2);
  }
  const { graph } = converter;
  const perAnchor = (name: string, values: number[]): string =>
    graph.constant(`decode/${name}`, floats(values, [1, anchors.length / 4, 2]));

  const order = graph.constant('decode/xy_first', integers([1, 0, 3, 2]));
  const offsets = graph.node('decode/offsets', 'Gather', [converter.plain(cut.offsets), order], { axis: 2 });
  graph.nodeWithOutputs('decode/split', 'Split', [offsets], ['decode/txy', 'decode/twh'], { axis: 2 });
  const shift = graph.node('decode/shift', 'Mul', ['decode/txy', perAnchor('reaches', reaches)]);
  const centre = graph.node('decode/centre', 'Add', [shift, perAnchor('centres', centres)]);
  const scale = graph.constant('decode/size_scale', floats([sizeScale], []));
  const growth = graph.node('decode/growth', 'Exp', [
    graph.node('decode/log_growth', 'Mul', ['decode/twh', scale]),
  ]);
  const half = graph.node('decode/half', 'Mul', [growth, perAnchor('halves', halves)]);
  const corners = [
    graph.node('decode/low', 'Sub', [centre, half]),
    graph.node('decode/high', 'Add', [centre, half]),
  ];
  graph.node('boxes', 'Concat', corners, { axis: 2 });
}

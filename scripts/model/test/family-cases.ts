import {
  columnValues,
  rowValues,
  type TinyInput,
  type TinyOutput,
} from '../../../libs/detection/test/tiny-graph';

/** Small graphs of every family that `check` knows, each with one box. */

/** What the graphs find: label 2 of COCO's 80, "car", in the left half of the input. */
export const SCORE = 0.75;
export const BOX = [0.125, 0.25, 0.375, 0.75];

/** The same box in pixels of a 640x640 input. */
export const CORNERS = BOX.map((side) => 640 * side);
const CENTRE = [160, 320, 160, 320];
/** Class scores with one class set. */
const classes = (count: number, column: number, value = SCORE) =>
  Array.from({ length: count }, (_, i) => (i === column ? value : 0));

export const IMAGES: TinyInput = { name: 'images', shape: [1, 3, 640, 640] };
const output = (shape: number[], values: Record<number, number>, rest = 0): TinyOutput => ({
  name: 'output0',
  shape,
  values,
  rest,
});

export interface Case {
  readonly name: string;
  readonly inputs?: TinyInput[];
  readonly outputs: TinyOutput[];
  readonly metadata?: Record<string, string>;
  readonly family: string;
  readonly manifest: object;
  /** Default: the box of the left half. */
  readonly box?: number[];
}

export const CASES: readonly Case[] = [
  {
    name: 'YOLOv8',
    outputs: [output([1, 84, 8400], columnValues(10, 8400, [...CENTRE, ...classes(80, 2)]))],
    family: 'Ultralytics YOLOv8/v9/11/12 export',
    manifest: {
      output: { head: 'yolo', output: 'output0', transposed: true },
      labels: 'coco80',
      input: { resize: 'letterbox', align: 'centre', pad: 114 },
    },
  },
  {
    name: 'YOLOv8 with names in its metadata',
    outputs: [output([1, 7, 8400], columnValues(10, 8400, [...CENTRE, ...classes(3, 2)]))],
    metadata: { names: "{0: 'cat', 1: \"cow's\", 2: 'car'}", task: 'detect', imgsz: '[640, 640]' },
    family: 'Ultralytics YOLOv8/v9/11/12 export',
    manifest: { labels: ['cat', "cow's", 'car'] },
  },
  {
    name: 'YOLOv8 transposed',
    outputs: [output([1, 8400, 84], rowValues(10, 84, [...CENTRE, ...classes(80, 2)]))],
    family: 'Ultralytics YOLOv8/v9/11/12 export, transposed',
    manifest: { output: { head: 'yolo', output: 'output0' } },
  },
  {
    name: 'YOLOv5',
    outputs: [output([1, 25200, 85], rowValues(10, 85, [...CENTRE, 1, ...classes(80, 2)]))],
    family: 'YOLOv5/YOLOv7 export',
    manifest: { output: { head: 'yolo', objectness: true } },
  },
  {
    name: 'YOLOv5 with open sizes and names',
    inputs: [{ name: 'images', shape: ['batch', 3, 'height', 'width'] }],
    outputs: [output([1, 25200, 8], rowValues(10, 8, [...CENTRE, 1, ...classes(3, 2)]))],
    metadata: { names: "{0: 'cat', 1: 'dog', 2: 'car'}" },
    family: 'YOLOv5/YOLOv7 export',
    manifest: { input: { align: 'centre', scale: 1 / 255 }, labels: ['cat', 'dog', 'car'] },
  },
  {
    name: 'YOLOv8 with a fourth grid of stride 4',
    outputs: [output([1, 84, 34000], columnValues(10, 34000, [...CENTRE, ...classes(80, 2)]))],
    family: 'Ultralytics YOLOv8/v9/11/12 export',
    manifest: { output: { transposed: true } },
  },
  {
    name: 'YOLO26 padded with -1',
    outputs: [output([1, 300, 6], rowValues(10, 6, [...CORNERS, SCORE, 2]), -1)],
    family: 'YOLOv10/YOLO26 end-to-end export',
    manifest: { output: { head: 'end-to-end' } },
  },
  {
    name: 'YOLO26',
    outputs: [output([1, 300, 6], rowValues(10, 6, [...CORNERS, SCORE, 2]))],
    family: 'YOLOv10/YOLO26 end-to-end export',
    manifest: { output: { head: 'end-to-end' }, labels: 'coco80' },
  },
  {
    name: 'YOLOX',
    // cell 165 is column 5, row 2 of stride 8
    outputs: [
      output([1, 8400, 85], rowValues(165, 85, [15, 38, Math.log(20), Math.log(40), 1, ...classes(80, 2)])),
    ],
    family: 'YOLOX export without decoding',
    manifest: { output: { head: 'yolox' }, input: { colour: 'BGR', align: 'top-left' } },
  },
  {
    name: 'YOLOv6',
    outputs: [
      {
        ...output([1, 8400, 85], rowValues(10, 85, [...CENTRE, 1, ...classes(80, 2)]), 0),
        // all boxes of real outputs have a size
        values: {
          ...Object.fromEntries(Array.from({ length: 8400 }, (_, i) => [85 * i + 2, 30])),
          ...rowValues(10, 85, [...CENTRE, 1, ...classes(80, 2)]),
        },
      },
    ],
    family: 'YOLOv6, or YOLOX exported with decoding',
    manifest: { output: { head: 'yolo', objectness: true } },
  },
  {
    name: 'NanoDet',
    inputs: [{ name: 'data', shape: [1, 3, 640, 640] }],
    outputs: [8, 16, 32].flatMap((stride) => {
      const cells = (640 / stride) ** 2;
      // stride 32, column 4, row 9: centre 144, 304; distances 64, 144, 96, 176 are 2, 4.5, 3, 5.5 strides
      const cell = 9 * 20 + 4;
      const side = (strides: number) =>
        Array.from({ length: 8 }, (_, bin) =>
          bin === Math.floor(strides) || bin === Math.ceil(strides) ? 50 : 0,
        );
      const isHit = stride === 32;
      return [
        {
          name: `cls_pred_stride_${stride}`,
          shape: [1, cells, 80],
          values: isHit ? rowValues(cell, 80, classes(80, 2)) : {},
        },
        {
          name: `dis_pred_stride_${stride}`,
          shape: [1, cells, 32],
          values: isHit ? rowValues(cell, 32, [...side(2), ...side(4.5), ...side(3), ...side(5.5)]) : {},
        },
      ];
    }),
    family: 'NanoDet export',
    manifest: { output: { head: 'nanodet', strides: [8, 16, 32] }, input: { colour: 'BGR', pad: 0 } },
  },
  {
    name: 'torchvision',
    inputs: [{ name: 'images', shape: [3, 640, 640] }],
    outputs: [
      { name: 'boxes', shape: [1, 4], values: rowValues(0, 4, CORNERS) },
      { name: 'labels', shape: [1], values: { 0: 3 }, dtype: 'int64' },
      { name: 'scores', shape: [1], values: { 0: SCORE } },
    ],
    family: 'torchvision export',
    manifest: { labels: 'coco91', input: { layout: 'CHW' } },
  },
  {
    name: 'TensorFlow Object Detection API',
    inputs: [{ name: 'input_tensor:0', shape: [1, 'height', 'width', 3], dtype: 'uint8' }],
    outputs: [
      { name: 'detection_boxes', shape: [1, 100, 4], values: rowValues(0, 4, [0.25, 0.125, 0.75, 0.375]) },
      { name: 'detection_classes', shape: [1, 100], values: { 0: 3 }, rest: 1 },
      { name: 'detection_scores', shape: [1, 100], values: { 0: SCORE } },
      { name: 'num_detections', shape: [1], values: { 0: 1 } },
      { name: 'raw_detection_boxes', shape: [1, 500, 4] },
    ],
    family: 'TensorFlow Object Detection API',
    manifest: {
      input: { layout: 'NHWC', dtype: 'uint8', width: 640 },
      labels: 'coco90',
      output: { count: 'num_detections', order: 'yxyx', units: 'fractions', firstLabel: 1 },
    },
  },
  {
    name: 'TensorFlow raw boxes',
    inputs: [{ name: 'input', shape: [1, 640, 640, 3], dtype: 'uint8' }],
    outputs: [
      {
        name: 'raw_detection_boxes',
        shape: [1, 500, 4],
        values: rowValues(0, 4, [0.25, 0.125, 0.75, 0.375]),
      },
      { name: 'raw_detection_scores', shape: [1, 500, 90], values: rowValues(0, 90, classes(90, 2)) },
    ],
    family: 'TensorFlow Object Detection API, raw boxes',
    manifest: { output: { head: 'boxes+scores', order: 'yxyx' } },
  },
  {
    name: 'a graph in 16-bit floats',
    inputs: [{ ...IMAGES, dtype: 'float16' }],
    outputs: [
      {
        ...output([1, 84, 8400], columnValues(10, 8400, [...CENTRE, ...classes(80, 2)])),
        dtype: 'float16',
      },
    ],
    family: 'Ultralytics YOLOv8/v9/11/12 export',
    manifest: { input: { dtype: 'float16' } },
  },
];

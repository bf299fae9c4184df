import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelsDir } from '../../../../test/support/model';
import { rowValues, type TinyInput, type TinyOutput, writeTinyGraph } from '../../test/tiny-graph';
import { ModelMismatchError } from '../errors';
import { Engine } from './engine';

// Manifests that fit the shapes of a graph, but would be decoded to nonsense. Each is refused with what to write.

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wrong-contract-'));
  engine = new Engine({
    ...{ modelsDir, cacheDir: folder, device: 'cpu', cpus: 1, instances: 1 },
    ...{ memoryBytes: Infinity, queueLimit: 1 },
  });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

const images: TinyInput = { name: 'images', shape: [1, 3, 640, 640] };
/** Boxes like those of real outputs, all different. */
const boxes = (count: number, make: (i: number) => number[]) =>
  Object.assign({}, ...Array.from({ length: count }, (_, i) => rowValues(i, 4, make(i)))) as Record<
    number,
    number
  >;
const CENTRES = boxes(300, (i) => [0.2 + 0.002 * i, 0.5, 0.1, 0.3]);
const CORNERS = boxes(300, (i) => [0.001 * i, 0.1, 0.3 + 0.002 * i, 0.6]);
const PIXELS = boxes(300, (i) => [0.6 * i, 64, 200 + i, 400]);
const decodedRows = Object.assign(
  {},
  ...Array.from({ length: 8400 }, (_, i) => rowValues(i, 85, [320, 320, 40 + (i % 100), 80, 0.001])),
) as Record<number, number>;
const rawRows = Object.assign(
  {},
  ...Array.from({ length: 8400 }, (_, i) => rowValues(i, 85, [0.4, 0.6, 0.5 - (i % 3), -0.2, 0.001])),
) as Record<number, number>;

const shifted = (values: Record<number, number>, by: number) =>
  Object.fromEntries(Object.entries(values).map(([at, value]) => [Number(at) + by, value]));

interface Wrong {
  readonly outputs: readonly TinyOutput[];
  readonly output: object;
  readonly labels?: string;
  readonly inputs?: readonly TinyInput[];
  /** What it says. */
  readonly words: RegExp;
}

const named = (name: string, shape: number[], values: Record<number, number> = {}, rest = 0): TinyOutput => ({
  ...{ name, shape, values, rest },
});
const scores = (rest = 0.01) => named('scores', [1, 300, 80], { 5: 0.75 }, rest);

const WRONG: Record<string, Wrong> = {
  'decoded boxes as YOLOX': {
    outputs: [named('output', [1, 8400, 85], decodedRows)],
    output: { head: 'yolox', output: 'output' },
    words: /already decoded.*"head": "yolo" with "objectness": true/,
  },
  'undecoded boxes as YOLO': {
    outputs: [named('output', [1, 8400, 85], rawRows)],
    output: { head: 'yolo', output: 'output', objectness: true },
    words: /not decoded.*"head": "yolox"/,
  },
  'a YOLOv8 as YOLOX': {
    outputs: [named('output', [1, 8400, 84])],
    output: { head: 'yolox', output: 'output' },
    words: /labels name 80 classes, but the graph has 79.*YOLOv8 or later. Use "head": "yolo"/,
  },
  'a YOLOv5 without objectness': {
    outputs: [named('output', [1, 25200, 85])],
    output: { head: 'yolo', output: 'output' },
    words: /"objectness": true/,
  },
  'a YOLOv8 with objectness': {
    outputs: [named('output', [1, 84, 8400])],
    output: { head: 'yolo', output: 'output', transposed: true, objectness: true },
    words: /"objectness": false/,
  },
  'an untransposed reading of YOLOv8': {
    outputs: [named('output', [1, 84, 8400])],
    output: { head: 'yolo', output: 'output' },
    words: /"transposed": true/,
  },
  'fractions as pixels': {
    outputs: [named('output', [1, 300, 84], rowValues(3, 84, [0.25, 0.5, 0.25, 0.5, 0.75]))],
    output: { head: 'yolo', output: 'output' },
    words: /"units": "fractions"/,
  },
  'pixels as fractions': {
    outputs: [named('output', [1, 300, 6], rowValues(3, 6, [80, 160, 240, 480, 0.75, 2]))],
    output: { head: 'end-to-end', output: 'output', units: 'fractions' },
    words: /"units": "pixels"/,
  },
  'centre and size as corners': {
    outputs: [named('boxes', [1, 300, 4], CENTRES), scores()],
    output: { head: 'boxes+scores', boxes: 'boxes', scores: 'scores' },
    words: /probably cx, cy, w, h, as RT-DETR, D-FINE.*"head": "detr".*"activation": "none"/,
  },
  'logits and centre and size as corners': {
    outputs: [named('boxes', [1, 300, 4], CENTRES), scores(-9)],
    output: { head: 'boxes+scores', boxes: 'boxes', scores: 'scores' },
    words: /"head": "detr" with "logits": "scores" and "activation": "sigmoid"/,
  },
  'corners as centre and size': {
    outputs: [named('boxes', [1, 300, 4], CORNERS), scores(-9)],
    output: { head: 'detr', boxes: 'boxes', logits: 'scores' },
    words: /probably corners.*"head": "boxes\+scores"/,
  },
  'scores as logits': {
    outputs: [named('boxes', [1, 300, 4], CENTRES), scores()],
    output: { head: 'detr', boxes: 'boxes', logits: 'scores' },
    words: /applies the sigmoid itself: set "activation": "none"/,
  },
  'logits as scores': {
    outputs: [named('boxes', [1, 300, 4], CENTRES), scores(-9)],
    output: { head: 'detr', boxes: 'boxes', logits: 'scores', activation: 'none' },
    words: /these are logits. Set "activation": "sigmoid"/,
  },
  'a DETR with a "no object" column': {
    outputs: [named('boxes', [1, 300, 4], CENTRES), named('scores', [1, 300, 81], {}, -9)],
    output: { head: 'detr', boxes: 'boxes', logits: 'scores' },
    words: /"activation": "softmax"/,
  },
  'a "no object" column treated as a class': {
    outputs: [
      named('boxes', [1, 300, 4], CENTRES),
      named(
        'scores',
        [1, 300, 80],
        Object.fromEntries(Array.from({ length: 300 }, (_, i) => [80 * i + 79, 5])),
        -9,
      ),
    ],
    output: { head: 'detr', boxes: 'boxes', logits: 'scores' },
    words: /the last column is the best of most queries.*"activation": "softmax"/,
  },
  'labels from 0 as an SSD of the model zoo': {
    outputs: [
      named('boxes', [1, 300, 4], CORNERS),
      { ...named('labels', [1, 300]), dtype: 'int64' },
      named('scores', [1, 300], { 0: 0.75 }),
    ],
    output: { head: 'ssd-zoo', boxes: 'boxes', labels: 'labels', scores: 'scores' },
    words: /a label is 0, but this head counts labels from 1.*"boxes\+labels\+scores"/,
  },
  'a result for another number of images': {
    inputs: [{ name: 'images', shape: ['batch', 3, 640, 640] }],
    outputs: [
      named('boxes', [2, 300, 4], { ...CORNERS, ...shifted(CORNERS, 1200) }),
      named('scores', [2, 300, 80]),
    ],
    output: { head: 'boxes+scores', boxes: 'boxes', scores: 'scores' },
    words: /instead of one result per image; set dynamic_batching.preferred_batch_size to \[1\]/,
  },
  'boxes of TensorFlow without their order': {
    outputs: [named('raw_detection_boxes', [1, 300, 4], CORNERS), scores()],
    output: { head: 'boxes+scores', boxes: 'raw_detection_boxes', scores: 'scores' },
    words: /y1, x1, y2, x2: set "order": "yxyx"/,
  },
  'pixels in an SSD': {
    outputs: [named('boxes', [1, 300, 4], PIXELS), scores()],
    output: { head: 'boxes+scores', boxes: 'boxes', scores: 'scores' },
    words: /probably pixels. Set "units": "pixels"/,
  },
  'labels of COCO ids with 80 names': {
    outputs: [
      named('boxes', [1, 300, 4], PIXELS),
      { ...named('labels', [1, 300], { 0: 90 }, 1), dtype: 'int64' },
      named('scores', [1, 300], { 0: 0.75 }),
    ],
    output: { head: 'boxes+labels+scores', boxes: 'boxes', labels: 'labels', scores: 'scores' },
    words: /a label is 90, but the labels of the manifest end at 79.*"labels": "coco91"/,
  },
  'labels from 0 with "firstLabel": 1': {
    outputs: [
      named('boxes', [1, 300, 4], PIXELS),
      { ...named('labels', [1, 300]), dtype: 'int64' },
      named('scores', [1, 300], { 0: 0.75 }),
    ],
    output: {
      ...{ head: 'boxes+labels+scores', boxes: 'boxes', labels: 'labels', scores: 'scores' },
      firstLabel: 1,
    },
    words: /set "firstLabel": 0/,
  },
  'a second input that nothing describes': {
    inputs: [images, { name: 'orig_target_sizes', shape: [1, 2], dtype: 'int64' }],
    outputs: [named('boxes', [1, 300, 4], CORNERS), scores()],
    output: { head: 'boxes+scores', boxes: 'boxes', scores: 'scores' },
    words: /one input, but the graph has 2.*extraInputs, such as \{ "name": "orig_target_sizes"/,
  },
  'an end-to-end output with other columns': {
    outputs: [named('output', [1, 300, 6], rowValues(3, 6, [80, 160, 240, 480, 2, 0.75]))],
    output: { head: 'end-to-end', output: 'output' },
    words: /column 4 must hold scores 0..1, but holds 2.00/,
  },
};

it.each(Object.entries(WRONG))('refuses %s', async (name, wrong) => {
  const stem = join(folder, name.replace(/\W+/g, '-').toLowerCase());
  const file = await writeTinyGraph(`${stem}.onnx`, wrong.inputs ?? [images], wrong.outputs);
  const manifest = {
    licence: 'MIT',
    source: { type: 'file', path: file },
    input: { name: 'images', width: 640, height: 640 },
    output: wrong.output,
    labels: wrong.labels ?? 'coco80',
  };
  await writeFile(`${stem}.json`, JSON.stringify(manifest));
  const loading = engine.load(`${stem}.json`);
  await expect(loading).rejects.toThrow(ModelMismatchError);
  await expect(loading).rejects.toThrow(wrong.words);
});

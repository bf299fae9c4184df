import { namesIn } from './families/yolo';
import { type Graph, type Value } from './graph';
import { guessManifests } from './guess';
import { ModelCheckError } from './model-check-error';

// families.medium.spec.ts covers the families of today; these cover what only names and shapes decide.

const origin = {
  title: 'a model',
  source: { type: 'file', path: '/m.onnx' },
  sha256: '0'.repeat(64),
} as const;

const float = (name: string, ...shape: (number | string)[]): Value => ({ name, type: 'float32', shape });
const graph = (input: Value, ...outputs: Value[]): Graph => ({ inputs: [input], outputs, metadata: {} });
const image = float('image', 1, 3, 300, 400);
const first = (...args: Parameters<typeof graph>) => guessManifests(graph(...args), origin)[0]!;

describe('guessManifests', () => {
  it.each<[string, Value[], object, object]>([
    [
      'boxes+scores',
      [float('s', 'N', 100, 90), float('b', 'N', 100, 4)],
      { head: 'boxes+scores', boxes: 'b', scores: 's' },
      { labels: 'coco90' },
    ],
    [
      'boxes+scores of four classes',
      [float('my_scores', 'N', 100, 4), float('b', 'N', 100, 4)],
      { head: 'boxes+scores', boxes: 'b', scores: 'my_scores' },
      { labels: ['class 0', 'class 1', 'class 2', 'class 3'] },
    ],
    [
      'ssd-zoo',
      [
        float('bboxes', 1, 'nbox', 4),
        { name: 'labels', type: 'int64', shape: [1, 'nbox'] },
        float('scores', 1, 'nbox'),
      ],
      { head: 'ssd-zoo', boxes: 'bboxes', labels: 'labels', scores: 'scores' },
      { labels: 'coco80', input: { mean: [0.485, 0.456, 0.406] } },
    ],
    [
      'ssd300',
      [float('conf', 'N', 81, 8732), float('loc', 'N', 4, 8732)],
      { head: 'ssd300', loc: 'loc', conf: 'conf' },
      { labels: 'coco80', input: { std: [0.229, 0.224, 0.225] } },
    ],
    [
      'ssd-anchors',
      [float('c', 'N', 100, 3), float('anchors', 'N', 100, 4), float('b', 'N', 100, 4)],
      { head: 'ssd-anchors', boxes: 'b', anchors: 'anchors', scores: 'c' },
      { labels: ['class 0', 'class 1'] },
    ],
    [
      'yolox',
      [float('output', 'N', 50 * 37 + 25 * 18 + 12 * 9, 85)],
      { head: 'yolox', output: 'output' },
      { labels: 'coco80', input: { colour: 'BGR', resize: 'letterbox', antialias: false } },
    ],
  ])('knows the outputs of %s', (_, outputs, output, others) => {
    expect(first(image, ...outputs).manifest).toMatchObject({ output, ...others });
  });

  it('detects a fourth grid of stride 64 from the number of YOLOX cells', () => {
    const strides = (rows: number | string) =>
      first(float('images', 'N', 3, 640, 640), float('o', 'N', rows, 85)).manifest;
    expect(strides(8500)).toMatchObject({ output: { head: 'yolox', strides: [8, 16, 32, 64] } });
    for (const usual of [8400, 'cells']) {
      expect(strides(usual)).toMatchObject({ output: { head: 'yolox', output: 'o' } });
      expect(strides(usual)).not.toHaveProperty('output.strides');
    }
  });

  it('copies a fixed batch of 1 into the manifest', () => {
    const boxes = [float('b', 'N', 100, 4), float('s', 'N', 100, 90)];
    expect(first(float('x', 1, 3, 300, 300), ...boxes).manifest).toMatchObject({
      dynamic_batching: { preferred_batch_size: [1] },
    });
    expect(first(float('x', 'N', 3, 300, 300), ...boxes).manifest).not.toHaveProperty('dynamic_batching');
  });

  it('reads size, layout and type of the input', () => {
    const boxes = [float('b', 'N', 100, 4), float('s', 'N', 100, 90)];
    expect(first(image, ...boxes).manifest).toMatchObject({
      input: { name: 'image', width: 400, height: 300, layout: 'NCHW' },
    });
    const bytes = { name: 'x', type: 'uint8', shape: ['N', 256, 320, 3] };
    expect(first(bytes, ...boxes).manifest).toMatchObject({
      input: { width: 320, height: 256, layout: 'NHWC', dtype: 'uint8' },
    });
  });

  it('lists what it had to guess', () => {
    const { remarks } = first(float('x', 'N', 3, 'height', 'width'), float('y', 'N', 7, 8400));
    for (const words of ['leaves the size open; 640x640', 'verify colour', 'labels: list', 'licence']) {
      expect(remarks.join('\n')).toContain(words);
    }
  });

  it.each<[string, Graph, RegExp]>([
    ['unknown outputs', graph(image, float('y', 'N', 7)), /No known family.*y float32 \[N, 7\]/],
    [
      'a segmentation model',
      { ...graph(image, float('output0', 1, 116, 8400)), metadata: { task: 'segment' } },
      /for the task "segment", not for detection/,
    ],
    [
      'an image of 64-bit floats',
      graph({ ...image, type: 'float64' }, float('b', 'N', 100, 4), float('s', 'N', 100, 90)),
      /'image' is float64; supported types are float32, float16, uint8/,
    ],
  ])('refuses %s', (_, refused, words) => {
    expect(() => guessManifests(refused, origin)).toThrow(ModelCheckError);
    expect(() => guessManifests(refused, origin)).toThrow(words);
  });
});

describe('class names in metadata', () => {
  it('are read in the notation of Python', () => {
    expect(namesIn({ names: "{0: 'person', 1: \"driver's cab\", 2: 'it\\'s'}" })).toEqual([
      'person',
      "driver's cab",
      "it's",
    ]);
  });

  it.each(['', '[]', 'person, car'])('are missing in %j', (names) => {
    expect(namesIn({ names })).toBeUndefined();
  });
});

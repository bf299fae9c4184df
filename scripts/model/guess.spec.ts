import { guessManifest } from './guess';
import { type Graph, type Value } from './graph';

const origin = {
  title: 'a model',
  source: { type: 'file', path: '/m.onnx' },
  sha256: '0'.repeat(64),
} as const;

const float = (name: string, ...shape: (number | string)[]): Value => ({ name, type: 'float32', shape });
const graph = (input: Value, ...outputs: Value[]): Graph => ({ inputs: [input], outputs });
const image = float('image', 1, 3, 300, 400);

describe('guessManifest', () => {
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
    expect(guessManifest(graph(image, ...outputs), origin).manifest).toMatchObject({ output, ...others });
  });

  it.each([
    ['YOLOv5', [1, 25200, 85]],
    ['YOLOv8', [1, 84, 8400]],
    ['YOLOv10', [1, 300, 6]],
  ])('does not take %s for YOLOX: its rows are not the cells of those grids', (_, shape) => {
    const guess = guessManifest(graph(float('images', 1, 3, 640, 640), float('output0', ...shape)), origin);
    expect(guess.manifest).not.toMatchObject({ output: { head: 'yolox' } });
    expect(guess.remarks.join('\n')).toContain('no known head matches output0');
  });

  it('detects a fourth grid of stride 64 from the number of YOLOX cells', () => {
    const strides = (rows: number | string) =>
      guessManifest(graph(float('images', 'N', 3, 640, 640), float('o', 'N', rows, 85)), origin).manifest;
    expect(strides(8500)).toMatchObject({ output: { head: 'yolox', strides: [8, 16, 32, 64] } });
    for (const usual of [8400, 'cells']) {
      expect(strides(usual)).toMatchObject({ output: { head: 'yolox', output: 'o' } });
      expect(strides(usual)).not.toHaveProperty('output.strides');
    }
  });

  it('copies a fixed batch of 1 into the manifest and warns about any other', () => {
    const guess = (batch: number | string) => guessManifest(graph(float('x', batch, 3, 300, 300)), origin);
    expect(guess(1).manifest).toMatchObject({ dynamic_batching: { preferred_batch_size: [1] } });
    expect(guess('N').manifest).not.toHaveProperty('dynamic_batching');
    expect(guess(4).manifest).not.toHaveProperty('dynamic_batching');
    expect(guess(4).remarks.join('\n')).toContain('a fixed batch of 4 images');
  });

  it('reads size, layout and type of the input', () => {
    const { manifest } = guessManifest(graph(image), origin);
    expect(manifest).toMatchObject({ input: { name: 'image', width: 400, height: 300, layout: 'NCHW' } });
    const bytes = graph({ name: 'x', type: 'uint8', shape: ['N', 256, 320, 3] }, float('output', 'N', 10, 7));
    expect(guessManifest(bytes, origin).manifest).toMatchObject({
      input: { width: 320, height: 256, layout: 'NHWC', dtype: 'uint8' },
    });
  });

  it('lists what it had to guess', () => {
    const { remarks } = guessManifest(
      graph(float('x', 'N', 3, 'height', 'width'), float('y', 'N', 7)),
      origin,
    );
    for (const words of [
      'input.width',
      'input.height',
      'no known head matches y float32 [N, 7]',
      'resize and antialias',
      'labels',
      'licence',
    ]) {
      expect(remarks.join('\n')).toContain(words);
    }
  });
});

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
      [float('output', 'N', 3549, 85)],
      { head: 'yolox', output: 'output' },
      { labels: 'coco80', input: { colour: 'BGR', resize: 'letterbox', antialias: false } },
    ],
  ])('knows the outputs of %s', (_, outputs, output, others) => {
    expect(guessManifest(graph(image, ...outputs), origin).manifest).toMatchObject({ output, ...others });
  });

  it('reads size, layout and type of the input', () => {
    const { manifest } = guessManifest(graph(image), origin);
    expect(manifest).toMatchObject({ input: { name: 'image', width: 400, height: 300, layout: 'NCHW' } });
    const bytes = graph({ name: 'x', type: 'uint8', shape: ['N', 256, 320, 3] }, float('output', 'N', 10, 7));
    expect(guessManifest(bytes, origin).manifest).toMatchObject({
      input: { width: 320, height: 256, layout: 'NHWC', dtype: 'uint8' },
    });
  });

  it('says what it cannot tell', () => {
    const { remarks } = guessManifest(
      graph(float('x', 'N', 3, 'height', 'width'), float('y', 'N', 7)),
      origin,
    );
    for (const words of [
      'input.width',
      'input.height',
      'no head is known for y float32 [N, 7]',
      'resize and antialias',
      'labels',
      'licence',
    ]) {
      expect(remarks.join('\n')).toContain(words);
    }
  });
});

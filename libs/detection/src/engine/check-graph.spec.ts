import { join } from 'node:path';
import { repositoryRoot } from '../../../../test/support/test-data';
import { ModelMismatch } from '../errors';
import { loadManifest } from '../manifest/load';
import { type Manifest } from '../manifest/schema';
import { checkGraph } from './check-graph';

const value = (name: string, shape: (number | string)[], type: 'float32' | 'uint8' = 'float32') => ({
  name,
  isTensor: true as const,
  type,
  shape,
});

describe('checkGraph', () => {
  let manifest: Manifest;
  beforeAll(async () => {
    manifest = await loadManifest('ssdlite-mobilenetv2', join(repositoryRoot, 'models'));
  });
  const images = value('images', ['N', 3, 300, 300]);
  const boxes = value('boxes', ['N', 1917, 4]);
  const scores = value('scores', ['N', 1917, 90]);

  it.each([
    ['a free batch', [images], [boxes, scores]],
    ['a batch of one', [value('images', [1, 3, 300, 300])], [value('boxes', [1, 1917, 4]), scores]],
    [
      'dimensions that are not known',
      [images],
      [value('boxes', ['N', 'a', 4]), value('scores', ['N', 'a', 'c'])],
    ],
    ['outputs that are not read', [images], [value('other', [1]), scores, boxes]],
  ])('accepts %s', (_, inputs, outputs) => {
    expect(() => {
      checkGraph(manifest, inputs, outputs);
    }).not.toThrow();
  });

  it.each([
    ['a name', [value('image', ['N', 3, 300, 300])], [boxes, scores], ["'images'", "'image'"]],
    [
      'a layout',
      [value('images', ['N', 300, 300, 3])],
      [boxes, scores],
      ['[N, 3, 300, 300]', '[N, 300, 300, 3]'],
    ],
    ['a type', [value('images', ['N', 3, 300, 300], 'uint8')], [boxes, scores], ['is float32', 'is uint8']],
    ['an output', [images], [boxes], ["'scores'", "only 'boxes'"]],
    ['a rank', [images], [value('boxes', [1917, 4]), scores], ['[N, anchors, 4]', '[1917, 4]']],
    ['a number of anchors', [images], [boxes, value('scores', ['N', 100, 90])], ['1917', '100']],
    ['a number of classes', [images], [boxes, value('scores', ['N', 1917, 80])], ['column 89', '80 columns']],
    ['a number of inputs', [images, boxes], [boxes, scores], ['one input', 'has 2']],
  ])('refuses another graph by %s, and names both sides', (_, inputs, outputs, words) => {
    const check = () => {
      checkGraph(manifest, inputs, outputs);
    };
    expect(check).toThrow(ModelMismatch);
    for (const word of words) expect(check).toThrow(word);
  });
});

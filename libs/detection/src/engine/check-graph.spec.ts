import { join } from 'node:path';
import { repositoryRoot } from '../../../../test/support/test-data';
import { ModelMismatchError } from '../errors';
import { loadManifest } from '../manifest/load';
import { type Manifest } from '../manifest/schema';
import { checkBatch, checkGraph } from './check-graph';

const value = (
  name: string,
  shape: (number | string)[],
  type: 'float32' | 'uint8' | 'int64' = 'float32',
) => ({
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
    ['unknown dimensions', [images], [value('boxes', ['N', 'a', 4]), value('scores', ['N', 'a', 'c'])]],
    ['unused outputs', [images], [value('other', [1]), scores, boxes]],
  ])('accepts %s', (_, inputs, outputs) => {
    expect(() => {
      checkGraph(manifest, inputs, outputs);
    }).not.toThrow();
  });

  it.each([
    ['name', [value('image', ['N', 3, 300, 300])], [boxes, scores], ["'images'", "'image'"]],
    [
      'layout',
      [value('images', ['N', 300, 300, 3])],
      [boxes, scores],
      ['[N, 3, 300, 300]', '[N, 300, 300, 3]'],
    ],
    ['type', [value('images', ['N', 3, 300, 300], 'uint8')], [boxes, scores], ['is float32', 'is uint8']],
    ['output', [images], [boxes], ["'scores'", "only 'boxes'"]],
    ['rank', [images], [value('boxes', [1917, 4]), scores], ['[N, anchors, 4]', '[1917, 4]']],
    ['number of anchors', [images], [boxes, value('scores', ['N', 100, 90])], ['1917', '100']],
    ['number of classes', [images], [boxes, value('scores', ['N', 1917, 80])], ['90 classes', '80 classes']],
    ['number of inputs', [images, boxes], [boxes, scores], ['one input', 'has 2']],
  ])('refuses a graph with a different %s and names both sides', (_, inputs, outputs, words) => {
    const check = () => {
      checkGraph(manifest, inputs, outputs);
    };
    expect(check).toThrow(ModelMismatchError);
    for (const word of words) expect(check).toThrow(word);
  });
});

describe('checkGraph of each head', () => {
  const testModels = join(repositoryRoot, 'test/models');
  const N = 'batch';
  const graphs: Record<string, [ReturnType<typeof value>[], ReturnType<typeof value>[]]> = {
    'ssd12-contract': [
      [value('image', [1, 3, 300, 300])],
      [value('bboxes', [1, 'n', 4]), value('labels', [1, 'n'], 'int64'), value('scores', [1, 'n'])],
    ],
    'fpnlite-256-int8': [
      [value('serving_default_input_1:0', [N, 256, 256, 3], 'uint8')],
      [
        value('StatefulPartitionedCall:0', [N, 6820, 4]),
        value('StatefulPartitionedCall:1', [N, 6820, 4]),
        value('StatefulPartitionedCall:2', [N, 6820, 81]),
      ],
    ],
    'yolox-nano': [[value('images', [N, 3, 416, 416])], [value('output', [N, 3549, 85])]],
    'ssd300-resnet50': [
      [value('images', [N, 3, 300, 300])],
      [value('loc', [N, 4, 8732]), value('conf', [N, 81, 8732])],
    ],
  };
  async function check(name: string, change: ReturnType<typeof value>[] = []): Promise<() => void> {
    const manifest = await loadManifest(join(testModels, `${name}.json`), join(repositoryRoot, 'models'));
    const [inputs, outputs] = graphs[name]!.map((values) =>
      values.map((graph) => change.find((other) => other.name === graph.name) ?? graph),
    );
    return () => {
      checkGraph(manifest, inputs!, outputs!);
    };
  }

  it.each(Object.keys(graphs))('accepts %s', async (name) => {
    expect(await check(name)).not.toThrow();
  });

  it('accepts a run without detections', async () => {
    const empty = [value('bboxes', [1, 0, 4]), value('labels', [1, 0], 'int64'), value('scores', [1, 0])];
    expect(await check('ssd12-contract', empty)).not.toThrow();
  });

  it.each([
    [
      'ssd12-contract',
      'labels of the wrong type',
      [value('labels', [1, 'n'])],
      ['int64 [1, n]', 'is float32'],
    ],
    [
      'ssd12-contract',
      'outputs of different lengths',
      [value('bboxes', [1, 7, 4]), value('scores', [1, 8])],
      ['[1, 7]', '[1, 8]'],
    ],
    [
      'ssd12-contract',
      'a batch of more than one',
      [
        value('image', [2, 3, 300, 300]),
        value('bboxes', [2, 'n', 4]),
        value('labels', [2, 'n'], 'int64'),
        value('scores', [2, 'n']),
      ],
      ['batch size of 1', 'is 2'],
    ],
    [
      'fpnlite-256-int8',
      'a different layout',
      [value('serving_default_input_1:0', [N, 3, 256, 256], 'uint8')],
      ['[N, 256, 256, 3]', '[batch, 3, 256, 256]'],
    ],
    [
      'fpnlite-256-int8',
      'different anchors',
      [value('StatefulPartitionedCall:0', [N, 100, 4])],
      ['6820', '100'],
    ],
    [
      'fpnlite-256-int8',
      'a missing background column',
      [value('StatefulPartitionedCall:2', [N, 6820, 80])],
      ['80 classes', '79 classes', 'minus the background'],
    ],
    ['yolox-nano', 'different grids', [value('output', [N, 8400, 85])], ['[N, 3549, columns]', '8400']],
    [
      'yolox-nano',
      'different classes',
      [value('output', [N, 3549, 25])],
      ['80 classes', '20 classes', '25 columns'],
    ],
    ['ssd300-resnet50', 'different default boxes', [value('loc', [N, 4, 24564])], ['[N, 4, 8732]', '24564']],
    [
      'ssd300-resnet50',
      'columns last',
      [value('conf', [N, 8732, 81])],
      ['[N, columns, 8732]', '[batch, 8732, 81]'],
    ],
    ['ssd300-resnet50', 'different classes', [value('conf', [N, 21, 8732])], ['80 classes', '20 classes']],
  ])('%s: refuses %s', async (name, _, change, words) => {
    const refused = await check(name, change);
    expect(refused).toThrow(ModelMismatchError);
    for (const word of words) expect(refused).toThrow(word);
  });

  it('accepts labels for a subset of the columns', async () => {
    const manifest = await loadManifest('ssdlite-mobilenetv2', join(repositoryRoot, 'models'));
    const { classes, ...rest } = manifest;
    const check = (column: number) => () => {
      const chosen = { ...rest, labels: [{ name: 'one', column }] };
      checkGraph(
        chosen,
        [value('images', [N, 3, 300, 300])],
        [value('boxes', [N, 1917, 4]), value('scores', [N, 1917, 90])],
      );
    };
    expect(classes).toBe(90);
    expect(check(89)).not.toThrow();
    expect(check(90)).toThrow('read column 90, but the graph has 90 classes');
  });
});

it('suggests that one extra class may be the background, and accepts labels with columns', async () => {
  const manifest = await loadManifest('ssdlite-mobilenetv2', join(repositoryRoot, 'models'));
  const { classes, ...others } = manifest;
  const names = Array.from({ length: 90 }, (_, k) => `c${k}`);
  const check = (changes: object) => () => {
    const graph = [value('boxes', ['N', 1917, 4]), value('scores', ['N', 1917, 91])];
    checkGraph({ ...others, ...changes }, [value('images', ['N', 3, 300, 300])], graph);
  };
  const labels = names.map((name, column) => ({ name, column }));
  expect(check({ labels, classes })).toThrow(
    /90 classes, but the graph has 91 classes\. .*background.*"column": 1/,
  );
  expect(check({ labels: labels.slice(0, 50), classes: 50 })).not.toThrow(/background/);
  expect(check({ labels: labels.map(({ name, column }) => ({ name, column: column + 1 })) })).not.toThrow();
});

describe('checkBatch', () => {
  const check = async (batch: number | string, maxBatch: number, preferred?: number[]) => {
    const manifest = await loadManifest('ssdlite-mobilenetv2', join(repositoryRoot, 'models'));
    const batching = preferred && { preferred_batch_size: preferred, max_queue_delay_us: 0 };
    checkBatch(
      { ...manifest, dynamic_batching: batching },
      [value('images', [batch, 3, 300, 300])],
      maxBatch,
    );
  };

  it.each([
    ['N', 8],
    [1, 1],
  ])('accepts a graph with batch %s for runs of %d', async (batch, maxBatch) => {
    await check(batch, maxBatch);
  });

  it.each<[number, number, number[] | undefined, RegExp]>([
    [4, 4, undefined, /fixed batch size of 4/],
    [1, 8, undefined, /preferred_batch_size to \[1\], and unset PREFERRED_BATCH_SIZE/],
    [1, 8, [4, 8], /preferred_batch_size to \[1\]/],
    [1, 8, [1], /the manifest sets this, but PREFERRED_BATCH_SIZE overrides it/],
  ])(
    'refuses a graph with batch %d for runs of %d, with preferred sizes %j',
    async (batch, maxBatch, preferred, words) => {
      await expect(check(batch, maxBatch, preferred)).rejects.toThrow(words);
    },
  );
});

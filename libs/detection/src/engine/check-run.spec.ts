import { join } from 'node:path';
import { repositoryRoot } from '../../../../test/support/test-data';
import { ModelMismatchError } from '../errors';
import { loadManifest } from '../manifest/load';
import { type Manifest } from '../manifest/schema';
import { checkBoxes, checkScores } from './check-run';

describe('checkScores', () => {
  const box = [0, 0, 1, 1];
  const outputs = {
    'boxes+scores': { head: 'boxes+scores', boxes: 'b', scores: 's' },
    'ssd-anchors': { head: 'ssd-anchors', boxes: 'b', anchors: 'a', scores: 's' },
    'ssd-zoo': { head: 'ssd-zoo', boxes: 'b', labels: 'l', scores: 's' },
    ssd300: { head: 'ssd300', loc: 'b', conf: 's' },
    yolox: { head: 'yolox', output: 's', strides: [8] },
  } as const;
  const check = async (head: keyof typeof outputs, last: number[]) => {
    const manifest = await loadManifest('ssdlite-mobilenetv2', join(repositoryRoot, 'models'));
    const of = (values: number[]) => ({ data: Float32Array.from(values), dims: [1, 1, values.length] });
    checkScores({ ...manifest, output: outputs[head] as unknown as Manifest['output'] }, [of(box), of(last)]);
  };

  it.each<[keyof typeof outputs, string, number[]]>([
    ['boxes+scores', 'scores', [0, 0.5, 1]],
    ['boxes+scores', '0 and 1 with the rounding error of 8-bit integers', [-0.004, 1.004]],
    ['boxes+scores', 'NaN, which is never detected', [NaN, 0.5]],
    ['ssd300', 'logits, which the head turns into scores', [-7, 7]],
    ['yolox', 'any x, y, w and h', [-7, 7, 3, 4, 0.5, 0.5]],
  ])('%s: accepts %s', async (head, _, last) => {
    await check(head, last);
  });

  it.each<[keyof typeof outputs, number[], string]>([
    ['boxes+scores', [0.5, -7.25], '-7.25'],
    ['boxes+scores', [Infinity, 0], 'Infinity'],
    ['ssd-anchors', [0.5, 7.25], '7.25'],
    ['ssd-zoo', [51], '51.0'],
    ['yolox', [0, 0, 0, 0, -3, 0.5], '-3.00'],
    ['yolox', [0, 0, 0, 0, 0.5, 4], '4.00'],
  ])('%s: refuses %j', async (head, last, value) => {
    const refused = check(head, last);
    await expect(refused).rejects.toThrow(ModelMismatchError);
    await expect(refused).rejects.toThrow(
      `output 's' has scores 0..1, but a test run returned ${value}: the graph probably lacks the sigmoid or softmax`,
    );
  });
});

describe('checkBoxes', () => {
  const check = async (
    boxes: number[][],
    output: object = { head: 'boxes+scores', boxes: 'b', scores: 's' },
  ) => {
    const manifest = await loadManifest('ssdlite-mobilenetv2', join(repositoryRoot, 'models'));
    const given = { data: Float32Array.from(boxes.flat()), dims: [1, boxes.length, 4] };
    checkBoxes({ ...manifest, output: output as Manifest['output'] }, [given]);
  };
  const inPixels = [
    [3.5, 10, 90, 120],
    [150, 20, 298, 280],
  ];

  it.each([
    ['fractions, a few of them far outside the image', [...inPixels, [0, 0, 1, 1], [-0.5, 0.1, 1.5, 0.4]]],
    ['NaN, which is never detected', [[NaN, NaN, NaN, NaN]]],
    ['no boxes', []],
  ])('takes %s', async (_, boxes) => {
    await check(boxes);
  });

  it('refuses pixels', async () => {
    const words =
      "output 'b' must contain fractions of the input (0 to 1) according to its manifest, but a test run returned values up to 298";
    for (const head of ['boxes+scores', 'ssd-zoo']) {
      await expect(check(inPixels, { head, boxes: 'b', scores: 's' })).rejects.toThrow(words);
    }
  });

  it('accepts any boxes for a head that decodes them', async () => {
    await check(inPixels, { head: 'ssd-anchors', boxes: 'b', anchors: 'a', scores: 's' });
  });
});

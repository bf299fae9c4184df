import { type OutputOf } from '../manifest/output-schema';
import { Detr } from './detr';
import { type Thresholds } from './head';

const labels = [
  { name: 'person', column: 0 },
  { name: 'car', column: 1 },
];
const all: Thresholds = { score: 0.25, iou: 0.5, max: 100 };
const logit = (p: number) => Math.log(p / (1 - p));
const head = (changes: Partial<OutputOf<'detr'>> = {}) =>
  new Detr({ head: 'detr', logits: 'l', boxes: 'b', activation: 'sigmoid', ...changes }, labels);
const outputs = (logits: number[][], boxes: number[][]) =>
  [logits, boxes].map((rows) => ({
    data: Float32Array.from(rows.flat()),
    dims: [1, rows.length, rows[0]!.length],
  }));
const LEFT = [0.25, 0.5, 0.25, 0.5];
const RIGHT = [0.75, 0.5, 0.25, 0.5];

describe('Detr', () => {
  it('makes every class of a query above the threshold a detection, best first', () => {
    const found = head().decode(
      outputs(
        [
          [logit(0.5), logit(0.75)],
          [logit(0.125), logit(0.875)],
        ],
        [LEFT, RIGHT],
      ),
      0,
      all,
    );
    expect(found.map(({ label, score, box }) => [label, Number(score.toFixed(6)), box])).toEqual([
      ['car', 0.875, [0.625, 0.25, 0.875, 0.75]],
      ['car', 0.75, [0.125, 0.25, 0.375, 0.75]],
      ['person', 0.5, [0.125, 0.25, 0.375, 0.75]],
    ]);
  });

  it('keeps boxes that overlap: the model needs no NMS', () => {
    const rows = [
      [logit(0.75), -9],
      [logit(0.5), -9],
    ];
    expect(head().decode(outputs(rows, [LEFT, LEFT]), 0, { ...all, iou: 0 })).toHaveLength(2);
    expect(head().decode(outputs(rows, [LEFT, LEFT]), 0, { ...all, max: 1 })).toMatchObject([
      { label: 'person', box: [0.125, 0.25, 0.375, 0.75] },
    ]);
  });

  it('takes scores as they are without an activation', () => {
    const found = head({ activation: 'none' }).decode(outputs([[0.5, 0.125]], [LEFT]), 0, all);
    expect(found).toMatchObject([{ label: 'person', score: 0.5 }]);
  });

  it.each([
    ['last', [[Math.log(2), 0, Math.log(5)]], 0.25],
    ['first', [[Math.log(5), Math.log(2), 0]], 0.25],
  ] as const)('softmax drops "no object" in the %s column', (background, logits, score) => {
    const softmax = head({ activation: 'softmax', background });
    const rows = logits.map((row) => [...row]);
    const found = softmax.decode(outputs(rows, [LEFT]), 0, { ...all, score: 0.2 });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ label: 'person' });
    expect(found[0]!.score).toBeCloseTo(score, 6);
  });

  it('accepts thresholds of 0 and 1', () => {
    const rows = outputs([[9, -9]], [LEFT]);
    expect(head().decode(rows, 0, { ...all, score: 0 })).toHaveLength(2);
    expect(head().decode(rows, 0, { ...all, score: 1 })).toEqual([]);
  });
});

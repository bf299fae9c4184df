import { ModelMismatchError } from '../errors';
import { BoxesAndScores } from './boxes-and-scores';
import { type Thresholds } from './head';

describe('BoxesAndScores', () => {
  // three score columns; the middle one is unused
  const head = new BoxesAndScores({ boxes: 'b', scores: 's' }, [
    { name: 'bottle', column: 2 },
    { name: 'person', column: 0 },
  ]);
  const all = { score: 0.5, iou: 0.5, max: 100 };
  const decode = (boxes: number[][], scores: number[][], thresholds: Thresholds = all) =>
    head.decode(
      [boxes, scores].map((rows) => ({
        data: Float32Array.from(rows.flat()),
        dims: [1, rows.length, rows[0]!.length],
      })),
      0,
      thresholds,
    );

  it('gives each used column its class and label, best first', () => {
    const boxes = [
      [0, 0, 0.5, 0.5],
      [0.5, 0.5, 1, 1],
    ];
    const scores = [
      [0.625, 0.99, 0.125],
      [0.25, 0.99, 0.875],
    ];
    expect(decode(boxes, scores)).toEqual([
      { box: [0.5, 0.5, 1, 1], classIndex: 0, label: 'bottle', score: 0.875 },
      { box: [0, 0, 0.5, 0.5], classIndex: 1, label: 'person', score: 0.625 },
    ]);
  });

  it('requires more than the threshold', () => {
    expect(decode([[0, 0, 1, 1]], [[0.5, 0, 0]])).toEqual([]);
    expect(decode([[0, 0, 1, 1]], [[0.5, 0, 0]], { ...all, score: 0.49 })).toHaveLength(1);
  });

  it('clips the rounding error of 8-bit graphs to 1, and refuses invalid scores', () => {
    expect(decode([[0, 0, 1, 1]], [[1.004, 0, 0]])).toMatchObject([{ score: 1 }]);
    for (const logit of [7.25, Infinity]) {
      expect(() => decode([[0, 0, 1, 1]], [[logit, 0, 0]])).toThrow(ModelMismatchError);
    }
  });

  it('returns and counts only the wanted classes', () => {
    const boxes = [[0, 0, 1, 1]];
    const scores = [[0.875, 0, 0.625]];
    expect(decode(boxes, scores, { ...all, max: 1, classes: [0] })).toMatchObject([{ label: 'bottle' }]);
    expect(decode(boxes, scores, { ...all, classes: [] })).toEqual([]);
  });

  it('reads each image of a batch', () => {
    const batch = [
      { data: Float32Array.of(0, 0, 1, 1, 0, 0, 0.5, 0.5), dims: [2, 1, 4] },
      { data: Float32Array.of(0.75, 0, 0, 0, 0, 0.625), dims: [2, 1, 3] },
    ];
    expect(head.decode(batch, 0, all)).toMatchObject([{ label: 'person', box: [0, 0, 1, 1] }]);
    expect(head.decode(batch, 1, all)).toMatchObject([{ label: 'bottle', box: [0, 0, 0.5, 0.5] }]);
  });

  it('clips boxes to the image', () => {
    expect(decode([[-0.25, 0.5, 1.5, 2]], [[0.75, 0, 0]])[0]?.box).toEqual([0, 0.5, 1, 1]);
  });

  it.each([
    ['outside the image', [1.25, 0, 1.5, 1]],
    ['without an area', [0.5, 0.5, 0.5, 1]],
    ['inverted', [0.75, 0, 0.25, 1]],
    ['with NaN', [NaN, 0, 1, 1]],
  ])('drops boxes %s', (_, box) => {
    expect(decode([box], [[0.75, 0, 0]])).toEqual([]);
  });

  it('drops NaN scores', () => {
    expect(decode([[0, 0, 1, 1]], [[NaN, 0, 0]])).toEqual([]);
  });

  it('drops the weaker of two boxes of a class, and stops at max', () => {
    const same = [
      [0, 0, 1, 1],
      [0, 0, 1, 0.875],
      [0, 0, 0.125, 0.125],
    ];
    const scores = [
      [0.75, 0, 0],
      [0.875, 0, 0],
      [0, 0, 0.625],
    ];
    expect(decode(same, scores).map(({ score }) => score)).toEqual([0.875, 0.625]);
    expect(decode(same, scores, { ...all, max: 1 }).map(({ score }) => score)).toEqual([0.875]);
  });
});

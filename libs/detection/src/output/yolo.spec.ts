import { type OutputOf } from '../manifest/output-schema';
import { type Thresholds } from './head';
import { Yolo } from './yolo';

const labels = [
  { name: 'person', column: 0 },
  { name: 'car', column: 1 },
];
const input = { width: 200, height: 100 };
const all: Thresholds = { score: 0.25, iou: 0.5, max: 100 };
const output = (changes: Partial<OutputOf<'yolo'>> = {}): OutputOf<'yolo'> => ({
  ...{ head: 'yolo', output: 'o', transposed: false, objectness: false, units: 'pixels' },
  ...changes,
});
const tensor = (...rows: number[][]) => ({
  data: Float32Array.from(rows.flat()),
  dims: [1, rows.length, rows[0]!.length],
});

describe('Yolo', () => {
  it('reads centre and size in pixels, and the best class of each box', () => {
    const found = new Yolo(output(), labels, input).decode([tensor([100, 50, 50, 50, 0.5, 0.75])], 0, all);
    expect(found).toEqual([{ box: [0.375, 0.25, 0.625, 0.75], classIndex: 1, label: 'car', score: 0.75 }]);
  });

  it('multiplies class scores by objectness', () => {
    const head = new Yolo(output({ objectness: true }), labels, input);
    const rows = tensor([100, 50, 50, 50, 0.5, 0.75, 0.25], [20, 20, 10, 10, 0.25, 0.75, 0]);
    expect(head.decode([rows], 0, all)).toMatchObject([{ label: 'person', score: 0.375 }]);
  });

  it('reads a transposed output of each image in a batch', () => {
    const head = new Yolo(output({ transposed: true }), labels, input);
    // two images of two boxes: all cx, all cy, all w, all h, all scores of person, all of car
    const data = Float32Array.from([
      ...[100, 20, 50, 20, 50, 10, 50, 10, 0, 0.5, 0.75, 0],
      ...[100, 20, 50, 20, 50, 10, 50, 10, 0.875, 0, 0, 0],
    ]);
    const batch = [{ data, dims: [2, 6, 2] }];
    expect(head.decode(batch, 0, all)).toMatchObject([
      { label: 'car', score: 0.75, box: [0.375, 0.25, 0.625, 0.75] },
      { label: 'person', score: 0.5 },
    ]);
    expect(head.decode(batch, 1, all)).toMatchObject([{ label: 'person', score: 0.875 }]);
  });

  it('reads fractions of the input', () => {
    const head = new Yolo(output({ units: 'fractions' }), labels, input);
    expect(head.decode([tensor([0.5, 0.5, 0.25, 0.5, 0.75, 0])], 0, all)).toMatchObject([
      { box: [0.375, 0.25, 0.625, 0.75] },
    ]);
  });

  it('applies NMS per class, and returns only the wanted classes', () => {
    const head = new Yolo(output(), labels, input);
    const rows = tensor([100, 50, 50, 50, 0.75, 0], [101, 50, 50, 50, 0.5, 0], [100, 50, 50, 50, 0, 0.625]);
    expect(head.decode([rows], 0, all).map(({ score }) => score)).toEqual([0.75, 0.625]);
    expect(head.decode([rows], 0, { ...all, classes: [1] }).map(({ label }) => label)).toEqual(['car']);
    expect(head.decode([rows], 0, { ...all, max: 1 })).toHaveLength(1);
  });
});

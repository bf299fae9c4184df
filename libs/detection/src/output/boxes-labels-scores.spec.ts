import { type OutputOf } from '../manifest/output-schema';
import { BoxesLabelsScores } from './boxes-labels-scores';
import { EndToEnd } from './end-to-end';
import { type Thresholds } from './head';

const labels = [
  { name: 'person', column: 0 },
  { name: 'car', column: 1 },
];
const input = { width: 200, height: 100 };
const all: Thresholds = { score: 0.25, iou: 0.5, max: 100 };
const output: OutputOf<'boxes+labels+scores'> = {
  ...{ head: 'boxes+labels+scores', boxes: 'b', labels: 'l', scores: 's' },
  ...{ units: 'pixels', firstLabel: 0 },
};
const tensors = (boxes: number[][], numbers: number[], scores: number[], count?: number) => [
  { data: Float32Array.from(boxes.flat()), dims: [1, boxes.length, 4] },
  { data: Float32Array.from(numbers), dims: [1, numbers.length] },
  { data: Float32Array.from(scores), dims: [1, scores.length] },
  ...(count === undefined ? [] : [{ data: Float32Array.of(count), dims: [1] }]),
];
const BOX = [50, 25, 100, 75];

describe('BoxesLabelsScores', () => {
  it('reads corners in pixels, best first', () => {
    const found = new BoxesLabelsScores(output, labels, input).decode(
      tensors([BOX, BOX], [1, 0], [0.5, 0.75]),
      0,
      all,
    );
    expect(found).toEqual([
      { box: [0.25, 0.25, 0.5, 0.75], classIndex: 0, label: 'person', score: 0.75 },
      { box: [0.25, 0.25, 0.5, 0.75], classIndex: 1, label: 'car', score: 0.5 },
    ]);
  });

  it('reads y first, fractions, labels from 1 and only the counted boxes', () => {
    const tensorflow = { ...output, order: 'yxyx', units: 'fractions', firstLabel: 1, count: 'n' } as const;
    const found = new BoxesLabelsScores(tensorflow, labels, input).decode(
      tensors(
        [
          [0.25, 0.125, 0.75, 0.5],
          [0, 0, 1, 1],
        ],
        [2, 1],
        [0.5, 0.75],
        1,
      ),
      0,
      all,
    );
    expect(found).toEqual([{ box: [0.125, 0.25, 0.5, 0.75], classIndex: 1, label: 'car', score: 0.5 }]);
  });

  it('drops labels without a name', () => {
    const head = new BoxesLabelsScores(output, labels, input);
    expect(head.decode(tensors([BOX, BOX], [7, -1], [0.5, 0.5]), 0, all)).toEqual([]);
  });
});

describe('EndToEnd', () => {
  it('reads corners in pixels, score and class, without NMS', () => {
    const rows = [
      [...BOX, 0.5, 1],
      [...BOX, 0.75, 1],
      [...BOX, 0.125, 0],
      [0, 0, 0, 0, 0, 0],
    ];
    const head = new EndToEnd({ head: 'end-to-end', output: 'o', units: 'pixels' }, labels, input);
    const tensor = { data: Float32Array.from(rows.flat()), dims: [1, 4, 6] };
    expect(head.decode([tensor], 0, { ...all, iou: 0 })).toEqual([
      { box: [0.25, 0.25, 0.5, 0.75], classIndex: 1, label: 'car', score: 0.75 },
      { box: [0.25, 0.25, 0.5, 0.75], classIndex: 1, label: 'car', score: 0.5 },
    ]);
  });
});

import { type Thresholds } from './head';
import { SsdZoo } from './ssd-zoo';

describe('SsdZoo', () => {
  const head = new SsdZoo({ boxes: 'bboxes', labels: 'labels', scores: 'scores' }, [
    { name: 'person', column: 0 },
    { name: 'bicycle', column: 1 },
  ]);
  const all: Thresholds = { score: 0.25, iou: 0.5, max: 100 };
  const outputs = (boxes: number[][], labels: number[], scores: number[]) => [
    { data: Float32Array.from(boxes.flat()), dims: [1, boxes.length, 4] },
    { data: Float32Array.from(labels), dims: [1, labels.length] },
    { data: Float32Array.from(scores), dims: [1, scores.length] },
  ];
  const boxes = [
    [0, 0, 0.5, 0.5],
    [0.5, 0.5, 1.25, 1],
    [0, 0.5, 0.25, 1],
  ];

  it('counts labels from 1 and clips boxes', () => {
    expect(head.decode(outputs(boxes, [2, 1, 1], [0.875, 0.5, 0.25]), 0, all)).toEqual([
      { box: [0, 0, 0.5, 0.5], classIndex: 1, label: 'bicycle', score: 0.875 },
      { box: [0.5, 0.5, 1, 1], classIndex: 0, label: 'person', score: 0.5 },
    ]);
  });

  it('returns nothing for empty tensors', () => {
    expect(head.decode(outputs([], [], []), 0, all)).toEqual([]);
  });

  it('drops labels without a name', () => {
    expect(head.decode(outputs(boxes, [0, 3, -1], [0.9, 0.9, 0.9]), 0, all)).toEqual([]);
  });

  it('counts only the wanted classes', () => {
    const found = head.decode(outputs(boxes, [2, 2, 1], [0.9, 0.8, 0.5]), 0, {
      ...all,
      max: 1,
      classes: [0],
    });
    expect(found).toMatchObject([{ label: 'person', score: 0.5 }]);
  });
});

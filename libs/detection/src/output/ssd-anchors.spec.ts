import { type Thresholds } from './head';
import { SsdAnchors } from './ssd-anchors';

describe('SsdAnchors', () => {
  const head = new SsdAnchors({ boxes: 'b', anchors: 'a', scores: 's' }, [
    { name: 'cat', column: 0 },
    { name: 'dog', column: 1 },
  ]);
  const all: Thresholds = { score: 0.25, iou: 0.5, max: 100 };
  const outputs = (...tables: number[][][]) =>
    tables.map((rows) => ({ data: Float32Array.from(rows.flat()), dims: [1, rows.length, rows[0]!.length] }));
  const anchors = [
    [0.25, 0.25, 0.75, 0.5],
    [0, 0, 1, 1],
  ];
  const encoded = [
    [0.5, -0.5, 0.25, 1],
    [0, 0, -0.5, -0.5],
  ];

  it('moves the corners of the anchors by fractions of their size', () => {
    // w .5, h .25: .25 + .25, .25 - .125, .75 + .125, .5 + .25
    const scores = [
      [0.25, 0.125, 0.625],
      [0, 0.875, 0.125],
    ];
    expect(head.decode(outputs(encoded, anchors, scores), 0, all)).toEqual([
      { box: [0, 0, 0.5, 0.5], classIndex: 0, label: 'cat', score: 0.875 },
      { box: [0.5, 0.125, 0.875, 0.75], classIndex: 1, label: 'dog', score: 0.625 },
    ]);
  });

  it('returns only the best class of an anchor, and never the background', () => {
    const scores = [
      [0.9, 0.375, 0.5],
      [0.9, 0.125, 0.125],
    ];
    expect(head.decode(outputs(encoded, anchors, scores), 0, all)).toMatchObject([
      { label: 'dog', score: 0.5 },
    ]);
    expect(head.decode(outputs(encoded, anchors, scores), 0, { ...all, classes: [0] })).toEqual([]);
  });

  it('drops NaN scores', () => {
    const scores = [
      [0, NaN, NaN],
      [NaN, NaN, 0.5],
    ];
    expect(head.decode(outputs(encoded, anchors, scores), 0, all)).toMatchObject([
      { label: 'dog', score: 0.5 },
    ]);
  });
});

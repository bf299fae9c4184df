import { type Thresholds } from './head';
import { cells, Yolox } from './yolox';

describe('cells', () => {
  it('cover the grids of all strides, row by row', () => {
    expect([...cells([8, 16], { width: 24, height: 16 })]).toEqual(
      [
        [0, 0, 8],
        [1, 0, 8],
        [2, 0, 8],
        [0, 1, 8],
        [1, 1, 8],
        [2, 1, 8],
        [0, 0, 16],
      ].flat(),
    );
    expect(cells([8, 16, 32], { width: 416, height: 416 })).toHaveLength(3 * 3549);
  });
});

describe('Yolox', () => {
  // 8 cells of 8 pixels and 2 of 16
  const labels = ['cat', 'dog'].map((name, column) => ({ name, column }));
  const head = new Yolox({ output: 'o', strides: [8, 16] }, labels, { width: 32, height: 16 });
  const all: Thresholds = { score: 0.25, iou: 0.5, max: 100 };
  /** Zero, except in some cells: x, y, w, h, objectness and the scores of cat and dog. */
  const output = (found: Record<number, number[]>) => {
    const data = new Float32Array(10 * 7);
    for (const [cell, values] of Object.entries(found)) data.set(values, 7 * Number(cell));
    return [{ data, dims: [1, 10, 7] }];
  };

  it('decodes boxes on the grid of each stride', () => {
    const found = head.decode(
      output({
        6: [0.5, 0.25, Math.LN2, 0, 0.75, 0.125, 1], // column 2, row 1 of stride 8
        9: [0.5, 0.5, 0, -Math.LN2, 1, 0.5, 0], // column 1 of stride 16
      }),
      0,
      all,
    );
    expect(found.map(({ label, score }) => [label, score])).toEqual([
      ['dog', 0.75],
      ['cat', 0.5],
    ]);
    // centre (2.5, 1.25) * 8 = 20, 10, size 16, 8; centre (1.5, .5) * 16 = 24, 8, size 16, 8
    [12 / 32, 6 / 16, 28 / 32, 14 / 16].forEach((side, i) => {
      expect(found[0]!.box[i]).toBeCloseTo(side, 6);
    });
    [16 / 32, 4 / 16, 1, 12 / 16].forEach((side, i) => {
      expect(found[1]!.box[i]).toBeCloseTo(side, 6);
    });
  });

  it('multiplies objectness and class score, and returns only the best class of a cell', () => {
    const cell = [0.5, 0.5, 0, 0, 0.5, 0.75, 1];
    expect(head.decode(output({ 0: cell }), 0, all)).toMatchObject([{ label: 'dog', score: 0.5 }]);
    expect(head.decode(output({ 0: cell }), 0, { ...all, score: 0.5 })).toEqual([]);
    expect(head.decode(output({ 0: cell }), 0, { ...all, classes: [0] })).toEqual([]);
  });

  it('returns nothing for an empty image', () => {
    expect(head.decode(output({}), 0, { ...all, score: 0 })).toEqual([]);
  });
});

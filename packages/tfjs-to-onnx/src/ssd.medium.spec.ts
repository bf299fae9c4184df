import { runOnnx } from '../test/onnx-worker';
import { float, graphModel, tinySsd } from '../test/tf-graph';
import { TfjsConversionError } from './errors';
import { convertSsd } from './ssd';

describe('convertSsd', () => {
  it('decodes boxes against the anchors and drops the background column, for any batch', async () => {
    const model = convertSsd(graphModel(tinySsd.nodes, tinySsd.constants), 2);
    // offsets ty, tx, th, tw of the three anchors, in the order of the image's RGB values
    const first = [0, 0, 0, 0, 2, -1, 0, 5 * Math.log(2), 0, 0, 5 * Math.log(0.5), 0];
    const second = Array<number>(12).fill(0);
    const { boxes, scores } = await runOnnx(model, {
      images: { dims: [2, 3, 2, 2], data: [...toPlanes(first), ...toPlanes(second)] },
    });

    expect(boxes!.dims).toEqual([2, 3, 4]);
    const expected = [
      [0, 0, 1, 0.5], // no offset: the anchor, as x1, y1, x2, y2
      // centre (.5 - .1 * .5, .5 + .2 * .5) = (.45, .6); width .5 * 2, height .5
      [-0.05, 0.35, 0.95, 0.85],
      [0, 0.625, 0.5, 0.875], // half as high
      [0, 0, 1, 0.5],
      [0.25, 0.25, 0.75, 0.75],
      [0, 0.5, 0.5, 1],
    ].flat();
    expected.forEach((value, i) => {
      expect(boxes!.data[i]).toBeCloseTo(value, 5);
    });

    expect(scores!.dims).toEqual([2, 3, 3]);
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    [0, 0, 0, -1, 0, 5 * Math.log(2), 0, 5 * Math.log(0.5), 0].forEach((logit, i) => {
      expect(scores!.data[i]).toBeCloseTo(sigmoid(logit), 5);
    });
    expect(scores!.data.slice(9)).toEqual(Array(9).fill(0.5));
  });

  it('refuses a model without the nodes of an SSD, or with different anchors', () => {
    expect(() => convertSsd(graphModel([], tinySsd.constants), 2)).toThrow(TfjsConversionError);
    const constants = {
      ...tinySsd.constants,
      'Postprocessor/ExpandDims': float([6, 2], Array<number>(12).fill(0)),
    };
    expect(() => convertSsd(graphModel(tinySsd.nodes, constants), 2)).toThrow('[6, 2], not [1, anchors, 4]');
  });
});

/** Converts four interleaved RGB pixels to three planes. */
function toPlanes(rgb: number[]): number[] {
  return [0, 1, 2].flatMap((channel) => rgb.filter((_, i) => i % 3 === channel));
}

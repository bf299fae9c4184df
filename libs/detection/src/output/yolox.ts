import { type Detection } from '../detection';
import { type ModelInput } from '../manifest/input-schema';
import { type OutputOf } from '../manifest/output-schema';
import { type Label } from '../manifest/schema';
import { Candidates, indexOfLargest } from './candidates';
import { Classes } from './classes';
import { type ExpectedOutput, float, type Head, type OutputTensor, part, type Thresholds } from './head';
import { nms } from './nms';
import { rowsOf, share } from './signs';

type Output = Pick<OutputOf<'yolox'>, 'output' | 'strides'>;
type Frame = Pick<ModelInput, 'width' | 'height'>;

/** Values of a cell before its class scores: x, y, w, h, objectness. */
const BEFORE_CLASSES = 5;

/** Largest plausible logarithm of a width or height in strides: a box of 3000 strides. */
const MAX_LOGARITHM = 8;

/**
 * The head `yolox` (Ge et al., YOLOX, arXiv 2107.08430; `demo_postprocess` of its repository): output
 * [N, cells, 5 + classes], cells by stride and row by row. centre = (cell + (x, y)) * stride, size = exp(w, h) *
 * stride, in pixels; the score of a class is objectness * class score. Applies NMS. A cell has only its best class, as
 * in `postprocess` of that repository.
 */
export class Yolox implements Head {
  readonly outputs: readonly ExpectedOutput[];
  readonly columns = { before: BEFORE_CLASSES, after: 0, what: 'x, y, w, h and objectness' };
  private readonly classes: Classes;
  private readonly cells: Int32Array;

  constructor(
    output: Output,
    labels: readonly Label[],
    private readonly input: Frame,
  ) {
    this.cells = cells(output.strides, input);
    this.outputs = [float(output.output, 'N', this.cells.length / 3, 'columns')];
    this.classes = new Classes(labels);
  }

  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[] {
    const values = part(outputs[0], image);
    const size = outputs[0]?.dims[2] ?? 0;
    const found = new Candidates();
    const classOf = this.classes.byColumn(thresholds.classes);
    for (let at = 0, cell = 0; at < values.length; at += size, cell++) {
      const objectness = values[at + 4] as number;
      if (!(objectness > thresholds.score)) continue; // class scores are at most 1
      const first = at + BEFORE_CLASSES;
      const best = indexOfLargest(values, first, at + size);
      const score = objectness * (values[best] as number);
      const classIndex = classOf[best - first] ?? -1;
      if (classIndex >= 0 && score > thresholds.score) this.add(found, values, at, cell, score, classIndex);
    }
    return this.classes.detections(found, nms(found, thresholds));
  }

  suspect(outputs: readonly OutputTensor[]): string | undefined {
    const values = part(outputs[0], 0);
    const size = outputs[0]?.dims[2] ?? 1;
    const isDecoded = (row: number) => [2, 3].some((k) => (values[row * size + k] as number) > MAX_LOGARITHM);
    if (share(rowsOf(values, size), values.length / size, isDecoded) <= 0.1) return undefined;
    return 'its boxes are probably already decoded (YOLOv6, or YOLOX exported with decoding): use "head": "yolo" with "objectness": true. If the graph has no objectness, like YOLOv8 and later, leave that out.';
  }

  hint(sizes: ReadonlyMap<string, number>, classes: number): string | undefined {
    if (sizes.get('columns') !== classes + 4) return undefined;
    return 'The graph has one column too few for objectness: it is probably a YOLOv8 or later. Use "head": "yolo".';
  }

  private add(
    found: Candidates,
    values: Float32Array,
    at: number,
    cell: number,
    score: number,
    classIndex: number,
  ): void {
    const [column = 0, row = 0, stride = 0] = this.cells.subarray(3 * cell, 3 * cell + 3);
    const [x = 0, y = 0, w = 0, h = 0] = values.subarray(at, at + 4);
    const [perWidth, perHeight] = [stride / this.input.width, stride / this.input.height];
    const [cx, cy] = [(column + x) * perWidth, (row + y) * perHeight];
    const [halfWidth, halfHeight] = [(Math.exp(w) * perWidth) / 2, (Math.exp(h) * perHeight) / 2];
    found.add(cx - halfWidth, cy - halfHeight, cx + halfWidth, cy + halfHeight, score, classIndex);
  }
}

/** Column, row and stride of each cell of the grids, in the order of the output. */
export function cells(strides: readonly number[], { width, height }: Frame): Int32Array {
  const all = strides.flatMap((stride) => {
    const columns = Math.floor(width / stride);
    const count = columns * Math.floor(height / stride);
    return Array.from({ length: count }, (_, i) => [i % columns, Math.floor(i / columns), stride]);
  });
  return Int32Array.from(all.flat());
}

import { type Detection } from '../detection';
import { type OutputOf } from '../manifest/output-schema';
import { type Label } from '../manifest/schema';
import { Candidates } from './candidates';
import { Classes } from './classes';
import {
  type Columns,
  type ExpectedOutput,
  float,
  type Head,
  type OutputTensor,
  part,
  type Thresholds,
} from './head';
import { nms } from './nms';
import { areCorners, areNotSizes, confident, notAScore, type Rows } from './signs';
import { divisors, type Size, unitsProblem } from './units';

/** The boxes of one image: value k of each, in any layout of the output. */
interface Boxes {
  readonly values: Float32Array;
  readonly rows: Rows;
  readonly count: number;
  /** Values of a box. */
  readonly size: number;
}

/** Below this, widths and heights that may be negative are logarithms, as YOLOX has them before decoding. */
const LOGARITHMS = 20;

/**
 * The head `yolo`: decoded boxes cx, cy, w, h, then objectness if any, then class scores. With objectness: YOLOv5 and
 * YOLOv7 (`non_max_suppression` in utils/general.py of both: score = objectness * class score), YOLOv6 and YOLOX
 * exported with decoding. Without it and transposed: Ultralytics YOLOv8, v9, 11, 12 (`non_max_suppression` in
 * ultralytics/utils). A box has only its best class, as in their `predict`. Applies NMS.
 */
export class Yolo implements Head {
  readonly outputs: readonly ExpectedOutput[];
  readonly columns: Columns;
  private readonly classes: Classes;
  private readonly unit: Size;

  constructor(
    private readonly output: OutputOf<'yolo'>,
    labels: readonly Label[],
    input: Size,
  ) {
    const { transposed, objectness, units } = output;
    const shape = transposed ? ['N', 'columns', 'boxes'] : ['N', 'boxes', 'columns'];
    this.outputs = [float(output.output, ...shape)];
    this.columns = objectness
      ? { before: 5, after: 0, what: 'cx, cy, w, h and objectness' }
      : { before: 4, after: 0, what: 'cx, cy, w and h' };
    this.classes = new Classes(labels);
    this.unit = divisors(units, input);
  }

  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[] {
    const boxes = this.read(outputs[0], image);
    const { rows, count } = boxes;
    const { scores, columns } = this.bestClasses(boxes);
    const { width, height } = this.unit;
    const found = new Candidates();
    const classOf = this.classes.byColumn(thresholds.classes);
    for (let box = 0; box < count; box++) {
      const score = scores[box] as number;
      const classIndex = classOf[columns[box] as number] ?? -1;
      if (!(score > thresholds.score) || classIndex < 0) continue;
      const [cx, cy] = [rows(box, 0) / width, rows(box, 1) / height];
      const [w, h] = [rows(box, 2) / width / 2, rows(box, 3) / height / 2];
      found.add(cx - w, cy - h, cx + w, cy + h, score, classIndex);
    }
    return this.classes.detections(found, nms(found, thresholds));
  }

  hint(sizes: ReadonlyMap<string, number>, classes: number): string | undefined {
    const { transposed, objectness } = this.output;
    const [columns = 0, boxes = 0] = [sizes.get('columns'), sizes.get('boxes')];
    if (boxes === classes + 4 || boxes === classes + 5) {
      return `The output is probably ${transposed ? 'not ' : ''}transposed: set "transposed": ${!transposed}.`;
    }
    if (columns === classes + 5 && !objectness) {
      return 'The extra column is probably the objectness of YOLOv5, v6, v7 or YOLOX: set "objectness": true.';
    }
    if (columns === classes + 4 && objectness) {
      return 'The graph probably has no objectness, like YOLOv8 and later: set "objectness": false.';
    }
    return undefined;
  }

  suspect(outputs: readonly OutputTensor[]): string | undefined {
    const boxes = this.read(outputs[0], 0);
    const best = this.bestClasses(boxes).scores;
    const { rows, count } = confident(boxes.rows, boxes.count, (row) => best[row] as number);
    if (areNotSizes(rows, count)) {
      const isRaw = [...Array(count).keys()].every((i) => Math.abs(rows(i, 2)) < LOGARITHMS);
      return isRaw
        ? 'many widths are negative: the boxes are probably not decoded, as YOLOX exports them. Use "head": "yolox".'
        : 'many widths are negative: these are not boxes of the form cx, cy, w, h.';
    }
    if (areCorners(rows, count)) {
      return 'the boxes are probably corners x1, y1, x2, y2 instead of cx, cy, w, h.';
    }
    return unitsProblem(this.output.units, rows, count) ?? this.scoreProblem(boxes);
  }

  private scoreProblem({ values, count, size }: Boxes): string | undefined {
    const scores = this.output.transposed
      ? values.subarray(4 * count)
      : values.filter((_, at) => at % size >= 4);
    const wrong = notAScore(scores);
    return wrong === undefined
      ? undefined
      : `a class score is ${wrong.toPrecision(3)}, but scores must be 0..1: the graph probably lacks the sigmoid. Export it with that operation.`;
  }

  private read(output: OutputTensor | undefined, image: number): Boxes {
    const values = part(output, image);
    const { transposed } = this.output;
    const count = output?.dims[transposed ? 2 : 1] ?? 0;
    const size = output?.dims[transposed ? 1 : 2] ?? 0;
    const rows: Rows = transposed
      ? (row, k) => values[k * count + row] as number
      : (row, k) => values[row * size + k] as number;
    return { values, rows, count, size };
  }

  /** The best score of each box, and its column. Reads the values in memory order. */
  private bestClasses({ values, rows, count, size }: Boxes): { scores: Float32Array; columns: Int32Array } {
    const scores = new Float32Array(count).fill(-Infinity);
    const columns = new Int32Array(count);
    const { transposed, objectness } = this.output;
    const { before } = this.columns;
    // Nested by memory order, without divisions: there are 700,000 values per image.
    const [outer, inner] = transposed ? [size - before, count] : [count, size - before];
    for (let i = 0; i < outer; i++) {
      const first = transposed ? (i + before) * count : i * size + before;
      for (let j = 0; j < inner; j++) {
        const score = values[first + j] as number;
        const box = transposed ? j : i;
        if (!(score > (scores[box] as number))) continue;
        scores[box] = score;
        columns[box] = transposed ? i : j;
      }
    }
    if (objectness) {
      for (let box = 0; box < count; box++) scores[box] = (scores[box] as number) * rows(box, 4);
    }
    return { scores, columns };
  }
}

import { type Detection } from '../detection';
import { type OutputOf } from '../manifest/output-schema';
import { type Label } from '../manifest/schema';
import { best } from './best';
import { Candidates, indexOfLargest } from './candidates';
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
import { areCorners, arePixels, areScores, notAScore, rowsOf } from './signs';

type Output = OutputOf<'detr'>;

/** Queries from which a majority is not chance. */
const ENOUGH = 20;

/**
 * The head `detr`: a box cx, cy, w, h in fractions and a logit per class for each query; no NMS, so `iou` has no effect.
 * With sigmoid, every class of a query is a candidate: RT-DETR, D-FINE, DEIM and RF-DETR
 * (`post_process_object_detection` of RTDetrImageProcessor in transformers; `PostProcess` of RF-DETR). With softmax, a
 * query has its best class other than "no object": DETR (Carion et al., arXiv 2005.12872).
 */
export class Detr implements Head {
  readonly outputs: readonly ExpectedOutput[];
  readonly columns: Columns;
  private readonly classes: Classes;

  constructor(
    private readonly output: Output,
    labels: readonly Label[],
  ) {
    this.outputs = [float(output.logits, 'N', 'queries', 'columns'), float(output.boxes, 'N', 'queries', 4)];
    const background = output.background ?? (output.activation === 'softmax' ? 'last' : 'none');
    this.columns = {
      before: background === 'first' ? 1 : 0,
      after: background === 'last' ? 1 : 0,
      what: '"no object"',
    };
    this.classes = new Classes(labels);
  }

  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[] {
    const logits = part(outputs[0], image);
    const boxes = part(outputs[1], image);
    const size = outputs[0]?.dims[2] ?? 0;
    const found = new Candidates();
    const classOf = this.classes.byColumn(thresholds.classes);
    const add = (query: number, column: number, score: number): void => {
      const classIndex = classOf[column - this.columns.before] ?? -1;
      if (classIndex < 0) return;
      const [cx = 0, cy = 0, w = 0, h = 0] = boxes.subarray(4 * query, 4 * query + 4);
      found.add(cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, score, classIndex);
    };
    if (this.output.activation === 'softmax') this.softmax(logits, size, thresholds.score, add);
    else this.perClass(logits, size, thresholds.score, add);
    return this.classes.detections(found, best(found, thresholds.max));
  }

  hint(sizes: ReadonlyMap<string, number>, classes: number): string | undefined {
    const columns = sizes.get('columns') ?? 0;
    if (columns !== classes + 1 || this.columns.before + this.columns.after > 0) return undefined;
    return 'The extra column is probably "no object": set "activation": "softmax" if the model is an original DETR. If column 0 is unused and classes are COCO ids, as in RF-DETR, use "labels": "coco91".';
  }

  suspect(outputs: readonly OutputTensor[]): string | undefined {
    const logits = part(outputs[0], 0);
    const boxes = part(outputs[1], 0);
    const [rows, count] = [rowsOf(boxes, 4), boxes.length / 4];
    if (arePixels(rows, count)) {
      return 'the boxes are probably in pixels: this head needs cx, cy, w, h as fractions of the input.';
    }
    if (areCorners(rows, count)) {
      return 'the boxes are probably corners x1, y1, x2, y2 instead of cx, cy, w, h: use "head": "boxes+scores".';
    }
    return this.activationProblem(logits) ?? this.backgroundProblem(logits, outputs[0]?.dims[2] ?? 1);
  }

  private activationProblem(logits: Float32Array): string | undefined {
    const { activation } = this.output;
    if (activation === 'none') {
      const wrong = notAScore(logits);
      return wrong === undefined
        ? undefined
        : `scores must be 0..1, but a run gave ${wrong.toPrecision(3)}: these are logits. Set "activation": "sigmoid" (or "softmax" for an original DETR).`;
    }
    if (areScores(logits)) {
      return `all logits are within 0..1, so the graph probably applies the ${activation} itself: set "activation": "none".`;
    }
    return undefined;
  }

  /** Most queries of a model with a "no object" column find no object, and only that column is then the best. */
  private backgroundProblem(logits: Float32Array, size: number): string | undefined {
    const count = logits.length / size;
    if (count < ENOUGH || size < 2) return undefined;
    const { activation } = this.output;
    const { before, after } = this.columns;
    const column = before > 0 ? 0 : size - 1;
    let wins = 0;
    for (let query = 0; query < count; query++) {
      const first = query * size;
      const best = indexOfLargest(logits, first, first + size);
      const isLikely = (logits[best] as number) > (activation === 'none' ? 0.5 : 0);
      if (best === first + column && isLikely) wins++;
    }
    const isBackground = wins > count / 2;
    if (before + after === 0 && isBackground) {
      const softmax = activation === 'none' ? '"background": "last"' : '"activation": "softmax"';
      return `the last column is the best of most queries, so it is probably "no object": set ${softmax}.`;
    }
    if (before + after > 0 && !isBackground) {
      return `the ${before > 0 ? 'first' : 'last'} column is rarely the best, so it is probably a class: set "activation": "sigmoid", or "background": "none".`;
    }
    return undefined;
  }

  private perClass(
    logits: Float32Array,
    size: number,
    threshold: number,
    add: (query: number, column: number, score: number) => void,
  ): void {
    const isSigmoid = this.output.activation === 'sigmoid';
    // Compare logits, so that the sigmoid is computed only for the few that pass.
    const least = isSigmoid ? Math.log(threshold / (1 - threshold)) : threshold;
    for (let at = 0; at < logits.length; at++) {
      const value = logits[at] as number;
      if (!(value > least)) continue;
      add(Math.floor(at / size), at % size, isSigmoid ? 1 / (1 + Math.exp(-value)) : value);
    }
  }

  private softmax(
    logits: Float32Array,
    size: number,
    threshold: number,
    add: (query: number, column: number, score: number) => void,
  ): void {
    const { before, after } = this.columns;
    for (let query = 0; query * size < logits.length; query++) {
      const row = logits.subarray(query * size, (query + 1) * size);
      const column = indexOfLargest(row, before, size - after);
      const most = row.reduce((max, value) => Math.max(max, value), -Infinity);
      const sum = row.reduce((total, value) => total + Math.exp(value - most), 0);
      const score = Math.exp((row[column] as number) - most) / sum;
      if (score > threshold) add(query, column, score);
    }
  }
}

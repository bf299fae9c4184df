import { type Detection } from '../detection';
import { type OutputOf } from '../manifest/output-schema';
import { type Label } from '../manifest/schema';
import { best } from './best';
import { Candidates } from './candidates';
import { Classes } from './classes';
import {
  type ExpectedOutput,
  float,
  type Head,
  ONLY_CLASSES,
  type OutputTensor,
  part,
  type Thresholds,
} from './head';
import { areInverted, confident, notAScoreIn, rowsOf, share } from './signs';
import { divisors, type Size, unitsProblem } from './units';

/** Values of a row: x1, y1, x2, y2, score, class. */
const ROW = 6;

/**
 * The head `end-to-end`, of YOLOv10 (Wang et al., arXiv 2405.14458, `v10postprocess` of its repository) and YOLO26:
 * [N, k, 6] with x1, y1, x2, y2, score and class. These models need no NMS, so `iou` has no effect.
 */
export class EndToEnd implements Head {
  readonly outputs: readonly ExpectedOutput[];
  readonly columns = ONLY_CLASSES;
  private readonly classes: Classes;
  private readonly unit: Size;

  constructor(
    private readonly output: OutputOf<'end-to-end'>,
    private readonly labels: readonly Label[],
    input: Size,
  ) {
    this.outputs = [float(output.output, 'N', 'k', ROW)];
    this.classes = new Classes(labels);
    this.unit = divisors(output.units, input);
  }

  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[] {
    const values = part(outputs[0], image);
    const { width, height } = this.unit;
    const found = new Candidates();
    const classOf = this.classes.byColumn(thresholds.classes);
    for (let at = 0; at < values.length; at += ROW) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, column = 0] = values.subarray(at, at + ROW);
      const classIndex = classOf[column] ?? -1;
      if (!(score > thresholds.score) || classIndex < 0) continue;
      found.add(x1 / width, y1 / height, x2 / width, y2 / height, score, classIndex);
    }
    return this.classes.detections(found, best(found, thresholds.max));
  }

  suspect(outputs: readonly OutputTensor[]): string | undefined {
    const values = part(outputs[0], 0);
    const all = rowsOf(values, ROW);
    const wrong = notAScoreIn(all, values.length / ROW, (row) => all(row, 4));
    if (wrong !== undefined) {
      return `column 4 must hold scores 0..1, but holds ${wrong.toPrecision(3)}: the columns are not x1, y1, x2, y2, score, class.`;
    }
    const { rows, count } = confident(all, values.length / ROW, (row) => all(row, 4));
    if (share(rows, count, (i) => !Number.isInteger(rows(i, 5))) > 0) {
      return 'column 5 must hold class numbers, but holds fractions: the columns are not x1, y1, x2, y2, score, class.';
    }
    const last = Math.max(...this.labels.map(({ column }) => column));
    if (share(rows, count, (i) => rows(i, 5) > last) > 0) {
      return `a class number is above ${last}, the last of the manifest's labels: name all classes of the model.`;
    }
    if (areInverted(rows, count)) {
      return 'many boxes have x2 < x1 or y2 < y1: they are probably centre and size, not corners. Export the model with corners.';
    }
    return unitsProblem(this.output.units, rows, count);
  }
}

import { type Detection } from '../detection';
import { type OutputOf } from '../manifest/output-schema';
import { type Label } from '../manifest/schema';
import { Candidates, indicesAbove } from './candidates';
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
import { nms } from './nms';
import { orderProblem } from './order';
import { areInverted, notAScore, rowsOf } from './signs';
import { divisors, type Size, unitsProblem } from './units';

type Output = Pick<OutputOf<'boxes+scores'>, 'boxes' | 'scores'> & Partial<OutputOf<'boxes+scores'>>;

/** A graph that also scores the background has one extra column, which the labels must skip. */
const BACKGROUND_HINT =
  'The extra class may be the background. If it is the first column, specify labels with columns, starting at { "name": ..., "column": 1 }, or a label file with an empty first line; if it is the last, specify labels with columns starting at 0.';

/**
 * The head `boxes+scores`: boxes [N, anchors, 4] are corners (y first with `order` yxyx); scores
 * [N, anchors, columns] are of classes that do not exclude each other. Applies NMS.
 */
export class BoxesAndScores implements Head {
  readonly outputs: readonly ExpectedOutput[];
  readonly columns = ONLY_CLASSES;
  private readonly classes: Classes;
  private readonly unit: Size;

  constructor(
    private readonly output: Output,
    labels: readonly Label[],
    input: Size = { width: 1, height: 1 },
  ) {
    this.outputs = [float(output.boxes, 'N', 'anchors', 4), float(output.scores, 'N', 'anchors', 'columns')];
    this.classes = new Classes(labels);
    this.unit = divisors(output.units ?? 'fractions', input);
  }

  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[] {
    const boxes = part(outputs[0], image);
    const scores = part(outputs[1], image);
    const columns = outputs[1]?.dims[2] ?? 0;
    const { width, height } = this.unit;
    const [x, y] = this.output.order === 'yxyx' ? [1, 0] : [0, 1];
    const found = new Candidates();
    const classOf = this.classes.byColumn(thresholds.classes);
    for (const at of indicesAbove(scores, thresholds.score)) {
      const score = scores[at] as number;
      const classIndex = classOf[at % columns] ?? -1;
      if (classIndex < 0) continue;
      const box = 4 * Math.floor(at / columns);
      const side = (k: number): number => boxes[box + k] as number;
      found.add(
        side(x) / width,
        side(y) / height,
        side(x + 2) / width,
        side(y + 2) / height,
        score,
        classIndex,
      );
    }
    return this.classes.detections(found, nms(found, thresholds));
  }

  hint(sizes: ReadonlyMap<string, number>, classes: number): string | undefined {
    return sizes.get('columns') === classes + 1 ? BACKGROUND_HINT : undefined;
  }

  suspect(outputs: readonly OutputTensor[]): string | undefined {
    const boxes = part(outputs[0], 0);
    const [rows, count] = [rowsOf(boxes, 4), boxes.length / 4];
    if (areInverted(rows, count)) {
      const activation = notAScore(part(outputs[1], 0)) === undefined ? 'none' : 'sigmoid';
      return `many boxes end before they begin: they are probably cx, cy, w, h, as RT-DETR, D-FINE and DETR have them. Use "head": "detr" with "logits": "${this.output.scores}" and "activation": "${activation}".`;
    }
    const { boxes: name, order, units } = this.output;
    // checkBoxes refuses pixels where fractions are expected, and names the largest.
    const problem = units === 'pixels' ? unitsProblem(units, rows, count) : undefined;
    return problem ?? orderProblem(name, order);
  }
}

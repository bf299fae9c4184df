import { type Detection } from '../detection';
import { type Label, type ModelOutput } from '../manifest/schema';
import { Candidates, scan } from './candidates';
import { Classes } from './classes';
import { floats, type Head, type OutputTensor, type Thresholds } from './head';
import { nms } from './nms';

type Output = Pick<Extract<ModelOutput, { head: 'boxes+scores' }>, 'boxes' | 'scores'>;

/** The head `boxes+scores`: boxes [N, anchors, 4] are corners as fractions, scores [N, anchors, columns]; NMS is to do. */
export class BoxesAndScores implements Head {
  readonly outputs: readonly string[];
  private readonly classes: Classes;

  constructor(output: Output, labels: readonly Label[]) {
    this.outputs = [output.boxes, output.scores];
    this.classes = new Classes(labels);
  }

  decode(outputs: readonly OutputTensor[], picture: number, thresholds: Thresholds): Detection[] {
    const boxes = floats(outputs[0], picture);
    const scores = floats(outputs[1], picture);
    const columns = outputs[1]?.dims[2] ?? 0;
    const found = new Candidates();
    const classOf = this.classes.byColumn(thresholds.classes);
    scan(scores, columns, thresholds.score, classOf, 0, (anchor, score, classIndex) => {
      const side = (k: number): number => boxes[4 * anchor + k] as number;
      found.add(side(0), side(1), side(2), side(3), score, classIndex);
    });
    return this.classes.detections(found, nms(found, thresholds));
  }
}

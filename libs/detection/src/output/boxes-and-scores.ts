import { type Detection } from '../detection';
import { type Label, type ModelOutput } from '../manifest/schema';
import { Candidates } from './candidates';
import { Classes } from './classes';
import { floats, type Head, type OutputTensor, type Thresholds } from './head';
import { nms } from './nms';

type Output = Pick<Extract<ModelOutput, { head: 'boxes+scores' }>, 'boxes' | 'scores'>;

/**
 * The head `boxes+scores`: boxes [N, anchors, 4] are corners as fractions; scores [N, anchors, columns] are of classes
 * that do not exclude each other. Applies NMS.
 */
export class BoxesAndScores implements Head {
  readonly outputs: readonly string[];
  private readonly classes: Classes;

  constructor(output: Output, labels: readonly Label[]) {
    this.outputs = [output.boxes, output.scores];
    this.classes = new Classes(labels);
  }

  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[] {
    const boxes = floats(outputs[0], image);
    const scores = floats(outputs[1], image);
    const columns = outputs[1]?.dims[2] ?? 0;
    const found = new Candidates();
    const classOf = this.classes.byColumn(thresholds.classes);
    // One flat loop: nearly every score fails the threshold, and then nothing else is read.
    for (let at = 0; at < scores.length; at++) {
      const score = scores[at] as number;
      if (!(score > thresholds.score)) continue; // also rejects NaN
      const classIndex = classOf[at % columns] ?? -1;
      if (classIndex < 0) continue;
      const box = 4 * Math.floor(at / columns);
      const side = (k: number): number => boxes[box + k] as number;
      found.add(side(0), side(1), side(2), side(3), score, classIndex);
    }
    return this.classes.detections(found, nms(found, thresholds));
  }
}

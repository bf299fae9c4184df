import { type Detection } from '../detection';
import { type OutputOf } from '../manifest/output-schema';
import { type Label } from '../manifest/schema';
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
import { nms } from './nms';

type Output = Pick<OutputOf<'ssd-zoo'>, 'boxes' | 'labels' | 'scores'>;

/**
 * The head `ssd-zoo`, of SSD-ResNet34 in the ONNX Model Zoo (its README, "Output of model"): boxes [1, n, 4] are
 * corners as fractions, labels [1, n] count from 1. The graph applies NMS (score above .05, overlap .5) with its own
 * threshold: `iou` can only drop more.
 */
export class SsdZoo implements Head {
  readonly outputs: readonly ExpectedOutput[];
  readonly columns = ONLY_CLASSES;
  private readonly classes: Classes;

  constructor({ boxes, labels: numbers, scores }: Output, labels: readonly Label[]) {
    this.outputs = [
      float(boxes, 'N', 'n', 4),
      { name: numbers, types: ['int64'], shape: ['N', 'n'] },
      float(scores, 'N', 'n'),
    ];
    this.classes = new Classes(labels);
  }

  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[] {
    const boxes = part(outputs[0], image);
    const labels = part(outputs[1], image);
    const scores = part(outputs[2], image);
    const found = new Candidates();
    const classOf = this.classes.byColumn(thresholds.classes);
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i] as number;
      const classIndex = classOf[(labels[i] as number) - 1] ?? -1;
      if (!(score > thresholds.score) || classIndex < 0) continue;
      const side = (k: number): number => boxes[4 * i + k] as number;
      found.add(side(0), side(1), side(2), side(3), score, classIndex);
    }
    return this.classes.detections(found, nms(found, thresholds));
  }

  suspect(outputs: readonly OutputTensor[]): string | undefined {
    const labels = part(outputs[1], 0);
    const scores = part(outputs[2], 0);
    if (!labels.some((label, i) => label === 0 && (scores[i] as number) > 0)) return undefined;
    return 'a label is 0, but this head counts labels from 1: use "head": "boxes+labels+scores" with "units": "fractions".';
  }
}

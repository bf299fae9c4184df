import { type Detection } from '../detection';
import { type OutputOf } from '../manifest/output-schema';
import { type Label } from '../manifest/schema';
import { Candidates } from './candidates';
import { Classes } from './classes';
import { defaultBoxes } from './default-boxes';
import {
  BACKGROUND_FIRST,
  type ExpectedOutput,
  float,
  type Head,
  type OutputTensor,
  part,
  type Thresholds,
} from './head';
import { nms } from './nms';

type Output = Pick<OutputOf<'ssd300'>, 'loc' | 'conf'>;

/** Maximum number of boxes per class in NMS, as in the original (`Encoder.decode_single`, max_num). */
const PER_CLASS = 200;
/** Scales of the box coder (Liu et al., SSD, arXiv 1512.02325, section 2.2; the variances of its code). */
const CENTRE = 0.1;
const SIZE = 0.2;

/**
 * The head `ssd300`, of NVIDIA's SSD300 v1.1: `loc` [N, 4, 8732] are offsets from the default boxes
 * (cx = .1 dx w + cx, w = exp(.2 dw) w; y and h likewise), `conf` [N, classes + 1, 8732] logits with the background
 * first. Applies softmax and NMS; a box is already dropped at an overlap of `iou`.
 */
export class Ssd300 implements Head {
  readonly outputs: readonly ExpectedOutput[];
  readonly columns = BACKGROUND_FIRST;
  private readonly classes: Classes;
  private readonly defaults = defaultBoxes();
  /** For each default box, log of the sum of exp of its logits; NaN until computed. */
  private readonly normaliser = new Float64Array(this.defaults.length / 4);

  constructor(output: Output, labels: readonly Label[]) {
    const anchors = this.normaliser.length;
    this.outputs = [float(output.loc, 'N', 4, anchors), float(output.conf, 'N', 'columns', anchors)];
    this.classes = new Classes(labels);
  }

  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[] {
    const loc = part(outputs[0], image);
    const conf = part(outputs[1], image);
    const { normaliser } = this;
    const anchors = normaliser.length;
    normaliser.fill(NaN);
    const found = new Candidates();
    // The score is at most that of a softmax with only this class and the background: sigmoid(logit - background).
    // So a subtraction rules out nearly all, and exp is only needed for the few that may pass.
    const margin = Math.log(thresholds.score / (1 - thresholds.score));
    this.classes.byColumn(thresholds.classes).forEach((classIndex, column) => {
      if (classIndex < 0) return;
      const row = (column + 1) * anchors;
      for (let anchor = 0; anchor < anchors; anchor++) {
        const logit = conf[row + anchor] as number;
        if (!(logit - (conf[anchor] as number) > margin)) continue;
        if (Number.isNaN(normaliser[anchor])) normaliser[anchor] = logSumExp(conf, anchor, anchors);
        const score = Math.exp(logit - (normaliser[anchor] as number));
        if (score > thresholds.score) this.add(found, loc, anchor, score, classIndex);
      }
    });
    const kept = nms(found, { ...thresholds, atLimit: true, perClass: PER_CLASS });
    return this.classes.detections(found, kept);
  }

  private add(found: Candidates, loc: Float32Array, anchor: number, score: number, classIndex: number): void {
    const { defaults } = this;
    const offset = (k: number): number => loc[k * this.normaliser.length + anchor] as number;
    const w = defaults[4 * anchor + 2] as number;
    const h = defaults[4 * anchor + 3] as number;
    const cx = CENTRE * offset(0) * w + (defaults[4 * anchor] as number);
    const cy = CENTRE * offset(1) * h + (defaults[4 * anchor + 1] as number);
    const width = Math.exp(SIZE * offset(2)) * w;
    const height = Math.exp(SIZE * offset(3)) * h;
    found.add(cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2, score, classIndex);
  }
}

/** Log of the sum of the exponentials of the values at `first`, `first + step`, ...; does not overflow for large logits. */
function logSumExp(values: Float32Array, first: number, step: number): number {
  let most = -Infinity;
  for (let at = first; at < values.length; at += step) most = Math.max(most, values[at] as number);
  let sum = 0;
  for (let at = first; at < values.length; at += step) sum += Math.exp((values[at] as number) - most);
  return most + Math.log(sum);
}

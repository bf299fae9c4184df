import { type Detection } from '../detection';
import { type OutputOf } from '../manifest/output-schema';
import { type Label } from '../manifest/schema';
import { best } from './best';
import { Candidates } from './candidates';
import { Classes } from './classes';
import {
  type ExpectedOutput,
  FLOATS,
  float,
  type Head,
  LABELS,
  ONLY_CLASSES,
  type OutputTensor,
  part,
  type Thresholds,
} from './head';
import { orderProblem } from './order';
import { areInverted, notAScoreIn, rowsOf } from './signs';
import { divisors, type Size, unitsProblem } from './units';

/**
 * The head `boxes+labels+scores`: graphs that end with their own NMS or need none, so `iou` has no effect. torchvision
 * (`boxes` in pixels, `labels` from 1 with 0 as the background), TensorFlow Object Detection API (`detection_boxes`
 * y1, x1, y2, x2 as fractions, `detection_classes` from 1, `num_detections`), the official exports of RT-DETR and D-FINE
 * (`labels`, `boxes`, `scores`; boxes in the unit of `orig_target_sizes`).
 */
export class BoxesLabelsScores implements Head {
  readonly outputs: readonly ExpectedOutput[];
  readonly columns = ONLY_CLASSES;
  private readonly classes: Classes;
  private readonly unit: Size;

  constructor(
    private readonly output: OutputOf<'boxes+labels+scores'>,
    private readonly labels: readonly Label[],
    input: Size,
  ) {
    const { boxes, labels: numbers, scores, count } = output;
    this.outputs = [
      { ...float(boxes, 'N', 'n', 4), unbatched: true },
      { name: numbers, types: LABELS, shape: ['N', 'n'], unbatched: true },
      { name: scores, types: FLOATS, shape: ['N', 'n'], unbatched: true },
      ...(count === undefined
        ? []
        : [{ name: count, types: [...FLOATS, ...LABELS], shape: ['N'], unbatched: true }]),
    ];
    this.classes = new Classes(labels);
    this.unit = divisors(output.units, input);
  }

  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[] {
    const { boxes, labels, scores, count } = this.read(outputs, image);
    const { width, height } = this.unit;
    const [x, y] = this.output.order === 'yxyx' ? [1, 0] : [0, 1];
    const found = new Candidates();
    const classOf = this.classes.byColumn(thresholds.classes);
    for (let i = 0; i < count; i++) {
      const score = scores[i] as number;
      const classIndex = classOf[(labels[i] as number) - this.output.firstLabel] ?? -1;
      if (!(score > thresholds.score) || classIndex < 0) continue;
      const side = (k: number): number => boxes[4 * i + k] as number;
      found.add(
        side(x) / width,
        side(y) / height,
        side(x + 2) / width,
        side(y + 2) / height,
        score,
        classIndex,
      );
    }
    return this.classes.detections(found, best(found, thresholds.max));
  }

  suspect(outputs: readonly OutputTensor[]): string | undefined {
    const { boxes, labels, scores, count } = this.read(outputs, 0);
    const rows = rowsOf(boxes, 4);
    const { order, units, firstLabel, boxes: name } = this.output;
    const wrong = notAScoreIn(rows, count, (row) => scores[row] as number);
    if (wrong !== undefined) {
      return `output '${this.output.scores}' must hold scores 0..1, but holds ${wrong.toPrecision(3)}: the outputs for labels and scores may be swapped.`;
    }
    if (areInverted(rows, count)) {
      return 'many boxes end before they begin: they are probably centre and size, not corners. Export the model with corners.';
    }
    return (
      unitsProblem(units, rows, count) ??
      orderProblem(name, order) ??
      this.labelProblem(labels.subarray(0, count), firstLabel)
    );
  }

  private labelProblem(labels: Float32Array, firstLabel: number): string | undefined {
    if (firstLabel > 0 && labels.includes(firstLabel - 1)) {
      return `there are labels of ${firstLabel - 1}, below "firstLabel": ${firstLabel}; set "firstLabel": ${firstLabel - 1}.`;
    }
    const last = Math.max(...this.labels.map(({ column }) => column)) + firstLabel;
    const most = labels.reduce((max, label) => Math.max(max, label), 0);
    if (most <= last) return undefined;
    return `a label is ${most}, but the labels of the manifest end at ${last}: they probably number the classes differently. Use "labels": "coco91" for COCO ids from 0 (torchvision), or "coco90" with "firstLabel": 1 for COCO ids from 1 (TensorFlow).`;
  }

  private read(outputs: readonly OutputTensor[], image: number) {
    const [boxes, labels, scores] = outputs.slice(0, 3).map((output) => part(output, image));
    if (!boxes || !labels || !scores)
      throw new RangeError('the run returned fewer outputs than the head reads');
    const valid = outputs[3] ? (part(outputs[3], image)[0] ?? 0) : scores.length;
    return { boxes, labels, scores, count: Math.min(valid, scores.length) };
  }
}

import { type Detection } from '../detection';
import { type ModelInput } from '../manifest/input-schema';
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
import { notAScore } from './signs';

/**
 * The head `nanodet`, of NanoDet (github.com/RangiLyu/nanodet, `GFLHead.get_bboxes`): for each stride, class scores and
 * the distances from the centre of a cell, (column + .5, row + .5) * stride, to the sides of its box. A distance is the
 * expected value of a distribution over 0, 1, ... (the integral of Generalized Focal Loss, arXiv 2006.04388), times the
 * stride, in pixels. Every class above the threshold is a candidate; NMS.
 */
export class NanoDet implements Head {
  readonly outputs: readonly ExpectedOutput[];
  readonly columns = ONLY_CLASSES;
  private readonly classes: Classes;

  constructor(
    private readonly output: OutputOf<'nanodet'>,
    labels: readonly Label[],
    private readonly input: Pick<ModelInput, 'width' | 'height'>,
  ) {
    const cells = (stride: number) => Math.ceil(input.width / stride) * Math.ceil(input.height / stride);
    this.outputs = [
      ...output.scores.map((name, i) => float(name, 'N', cells(output.strides[i] ?? 1), 'columns')),
      ...output.distances.map((name, i) => float(name, 'N', cells(output.strides[i] ?? 1), 'bins')),
    ];
    this.classes = new Classes(labels);
  }

  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[] {
    const { strides } = this.output;
    const found = new Candidates();
    const classOf = this.classes.byColumn(thresholds.classes);
    strides.forEach((stride, i) => {
      const scores = part(outputs[i], image);
      const distances = part(outputs[strides.length + i], image);
      const size = outputs[i]?.dims[2] ?? 1;
      const cells = scores.length / size;
      const sides = distances.length / cells;
      for (let at = 0; at < scores.length; at++) {
        const score = scores[at] as number;
        if (!(score > thresholds.score)) continue;
        const classIndex = classOf[at % size] ?? -1;
        const cell = Math.floor(at / size);
        if (classIndex < 0) continue;
        this.add(
          found,
          cell,
          stride,
          distances.subarray(cell * sides, (cell + 1) * sides),
          score,
          classIndex,
        );
      }
    });
    return this.classes.detections(found, nms(found, thresholds));
  }

  suspect(outputs: readonly OutputTensor[]): string | undefined {
    const { strides, scores } = this.output;
    for (const [i, name] of scores.entries()) {
      const wrong = notAScore(part(outputs[i], 0));
      if (wrong !== undefined) {
        return `output '${name}' must hold scores 0..1, but holds ${wrong.toPrecision(3)}: the graph probably lacks the sigmoid. Export it with that operation.`;
      }
    }
    const bins = outputs[strides.length]?.dims[2] ?? 0;
    return bins % 4 === 0 ? undefined : `distances must have a multiple of 4 columns, but have ${bins}.`;
  }

  private add(
    found: Candidates,
    cell: number,
    stride: number,
    logits: Float32Array,
    score: number,
    classIndex: number,
  ): void {
    const { width, height } = this.input;
    const columns = Math.ceil(width / stride);
    const [cx, cy] = [((cell % columns) + 0.5) * stride, (Math.floor(cell / columns) + 0.5) * stride];
    const bins = logits.length / 4;
    const [left = 0, top = 0, right = 0, bottom = 0] = [0, 1, 2, 3].map(
      (side) => stride * expectedValue(logits.subarray(side * bins, (side + 1) * bins)),
    );
    found.add(
      (cx - left) / width,
      (cy - top) / height,
      (cx + right) / width,
      (cy + bottom) / height,
      score,
      classIndex,
    );
  }
}

/** Expected value of a distribution over 0, 1, ..., given as logits. */
function expectedValue(logits: Float32Array): number {
  const most = logits.reduce((max, value) => Math.max(max, value), -Infinity);
  let sum = 0;
  let weighted = 0;
  logits.forEach((value, bin) => {
    const weight = Math.exp(value - most);
    sum += weight;
    weighted += bin * weight;
  });
  return weighted / sum;
}

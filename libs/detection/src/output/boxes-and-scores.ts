import { type Detection } from '../detection';
import { type Label, type ModelOutput } from '../manifest/schema';
import { type Head, type OutputTensor, type Thresholds } from './head';
import { nms } from './nms';

/** Reads the head `boxes+scores`: thresholding, clamping to the picture, NMS. */
export class BoxesAndScores implements Head {
  readonly outputs: readonly string[];
  /** Class index of each score column; -1 where the column is not used. */
  private readonly classOf: Int32Array;
  private readonly labels: readonly string[];

  constructor(
    output: Pick<Extract<ModelOutput, { head: 'boxes+scores' }>, 'boxes' | 'scores'>,
    labels: readonly Label[],
  ) {
    this.outputs = [output.boxes, output.scores];
    this.labels = labels.map(({ name }) => name);
    this.classOf = new Int32Array(Math.max(...labels.map(({ column }) => column)) + 1).fill(-1);
    labels.forEach(({ column }, index) => (this.classOf[column] = index));
  }

  /** Boxes without an area inside the picture are left out. */
  decode(outputs: readonly OutputTensor[], picture: number, thresholds: Thresholds): Detection[] {
    const [boxes, scores] = outputs.map(({ data, dims }) => {
      const size = data.length / (dims[0] ?? 1);
      return data.subarray(picture * size, (picture + 1) * size) as Float32Array;
    });
    if (!boxes || !scores) return [];
    const found = this.candidates(boxes, scores, thresholds.score);
    return nms(found, thresholds.iou, thresholds.max).map((i) => {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = found.boxes.slice(4 * i, 4 * i + 4);
      const classIndex = found.classes[i] as number;
      return {
        box: [x1, y1, x2, y2],
        classIndex,
        label: this.labels[classIndex] as string,
        score: found.scores[i] as number,
      };
    });
  }

  private candidates(
    boxes: Float32Array,
    scores: Float32Array,
    threshold: number,
  ): { boxes: number[]; scores: number[]; classes: number[] } {
    const found = { boxes: [] as number[], scores: [] as number[], classes: [] as number[] };
    const columns = (4 * scores.length) / boxes.length;
    // one flat loop: nearly every score fails the threshold, and nothing else is looked at then
    for (let at = 0; at < scores.length; at++) {
      const score = scores[at] as number;
      if (!(score > threshold)) continue; // NaN fails too
      const classIndex = this.classOf[at % columns] ?? -1;
      if (classIndex < 0) continue;
      const first = 4 * Math.floor(at / columns);
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.subarray(first, first + 4).map(clamp);
      if (!(x1 < x2 && y1 < y2)) continue;
      found.boxes.push(x1, y1, x2, y2);
      found.scores.push(score);
      found.classes.push(classIndex);
    }
    return found;
  }
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

import { type Detection } from '../detection';
import { type Manifest } from '../manifest';
import { nms } from './nms';

export interface Thresholds {
  /** Detections must score more than this, 0..1. */
  readonly score: number;
  /** Overlap (intersection over union) above which the weaker of two boxes of a class is dropped, 0..1. */
  readonly iou: number;
  /** How many detections a picture may have. */
  readonly max: number;
}

/** Reads the head `boxes+scores`: thresholding, clamping to the picture, NMS. */
export class BoxesAndScores {
  /** Class index of each score column; -1 where the column is not used. */
  private readonly classOf: Int32Array;
  private readonly labels: readonly string[];

  constructor(labels: Manifest['labels']) {
    this.labels = labels.map(({ name }) => name);
    this.classOf = new Int32Array(Math.max(...labels.map(({ column }) => column)) + 1).fill(-1);
    labels.forEach(({ column }, index) => (this.classOf[column] = index));
  }

  /**
   * @param boxes [anchors, 4]: x1, y1, x2, y2 as fractions of the picture
   * @param scores [anchors, columns]: 0..1
   * @returns detections, best first; boxes without an area inside the picture are left out
   */
  decode(boxes: Float32Array, scores: Float32Array, thresholds: Thresholds): Detection[] {
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

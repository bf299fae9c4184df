import { type Detection } from '../detection';
import { type Label } from '../manifest/schema';
import { type Candidates } from './candidates';

/** Maps the columns of a model's output to the labels of its manifest. */
export class Classes {
  private readonly columns: number;

  constructor(private readonly labels: readonly Label[]) {
    this.columns = Math.max(...labels.map(({ column }) => column)) + 1;
  }

  /**
   * The class of each column.
   *
   * @param wanted class indices to detect; default all
   * @returns class index by column; -1 for unused columns
   */
  byColumn(wanted?: readonly number[]): Int32Array {
    const classOf = new Int32Array(this.columns).fill(-1);
    this.labels.forEach(({ column }, index) => {
      if (!wanted || wanted.includes(index)) classOf[column] = index;
    });
    return classOf;
  }

  /** The detections made from candidates. @param kept indices of candidates, best first */
  detections({ boxes, scores, classes }: Candidates, kept: readonly number[]): Detection[] {
    return kept.map((i) => {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.slice(4 * i, 4 * i + 4);
      const classIndex = classes[i] as number;
      return {
        box: [x1, y1, x2, y2],
        classIndex,
        label: this.labels[classIndex]?.name ?? '',
        score: scores[i] as number,
      };
    });
  }
}

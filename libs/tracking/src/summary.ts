import type { Box } from './box';
import type { TrackedBox } from './window';

/** A finished track. Its size does not depend on its length. */
export interface TrackSummary {
  readonly id: number;
  /** The class with the greatest sum of scores. */
  readonly classIndex: number;
  /** Numbers of the first and the last frame. */
  readonly first: number;
  readonly last: number;
  /** Boxes, and how many of them are detections. */
  readonly boxes: number;
  readonly detections: number;
  /** The best score of a detection, and its first frame; NaN if no score is known. */
  readonly best: { readonly score: number; readonly n: number };
  /** Mean of all boxes, in pixels. */
  readonly meanBox: Box;
  /** Where the middle of the lower side was: the first and the last frame, and evenly spaced ones between; 2 to 65 points. */
  readonly path: readonly PathPoint[];
}

export interface PathPoint {
  readonly n: number;
  /** In pixels. */
  readonly x: number;
  readonly y: number;
}

/** Points of a path; with more, every other one is dropped. */
const MAX_POINTS = 64;

/** Summarizes one track box by box. Lengths come out in the unit of the boxes. */
export class TrackSummarizer {
  private boxes = 0;
  private detections = 0;
  private last: number;
  private best = { score: NaN, n: 0 };
  private readonly sums = [0, 0, 0, 0];
  private readonly scoreByClass = new Map<number, number>();
  private path: PathPoint[] = [];
  private end: PathPoint | undefined;
  /** Frames from one point of the path to the next. */
  private spacing = 1;

  constructor(
    private readonly id: number,
    private readonly first: number,
  ) {
    this.last = first;
    this.best.n = first;
  }

  /** Adds the next box. @param detected false for a box that was filled in */
  add(
    n: number,
    { box, score, classIndex }: Pick<TrackedBox, 'box' | 'score' | 'classIndex'>,
    { detected }: { readonly detected: boolean },
  ): void {
    this.last = n;
    this.boxes++;
    for (const [side, value] of box.entries()) this.sums[side] = (this.sums[side] ?? 0) + value;
    this.addPoint({ n, x: (box[0] + box[2]) / 2, y: box[3] });
    if (!detected) return;
    this.detections++;
    const known = Number.isNaN(score) ? 0 : score;
    this.scoreByClass.set(classIndex, (this.scoreByClass.get(classIndex) ?? 0) + known);
    if (score > this.best.score || (Number.isNaN(this.best.score) && known === score))
      this.best = { score, n };
  }

  summary(): TrackSummary {
    const mean = (side: number) => (this.sums[side] ?? 0) / this.boxes;
    const [best] = [...this.scoreByClass].sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || a - b);
    const end = this.end && this.end !== this.path.at(-1) ? [this.end] : [];
    return {
      id: this.id,
      classIndex: best?.[0] ?? 0,
      first: this.first,
      last: this.last,
      boxes: this.boxes,
      detections: this.detections,
      best: this.best,
      meanBox: [mean(0), mean(1), mean(2), mean(3)],
      path: [...this.path, ...end],
    };
  }

  private addPoint(point: PathPoint): void {
    this.end = point;
    const due = (this.path.at(-1)?.n ?? -Infinity) + this.spacing;
    if (point.n < due) return;
    if (this.path.length === MAX_POINTS) {
      this.path = this.path.filter((_, k) => k % 2 === 0);
      this.spacing *= 2;
      this.addPoint(point);
    } else this.path.push(point);
  }
}

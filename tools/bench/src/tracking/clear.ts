import { NONE } from '#tracking';
import { bestPairs, EPSILON, MIN_IOU, type Compared } from './similarity';

export interface ClearFigures {
  /** 1 - (falsePositives + misses + switches) / boxes of objects; at most 1, may be negative. */
  readonly mota: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly misses: number;
  readonly switches: number;
}

/** Weight of a pair that continues the one of the frame before: more than any overlap. */
const CONTINUES = 1000;

/**
 * The CLEAR MOT metrics (Bernardin and Stiefelhagen 2008, https://doi.org/10.1155/2008/246309), at an overlap of 0.5, with
 * TrackEval's preference for pairs of the frame before.
 */
export function clearMetrics({ frames, objectCount }: Compared): ClearFigures {
  const lastTrack = new Int32Array(objectCount).fill(NONE); // of each object, when it was last found
  let trackBefore = new Int32Array(objectCount).fill(NONE); // the same, in the frame before only
  const count = { truePositives: 0, falsePositives: 0, misses: 0, switches: 0 };
  for (const { objects, tracks, iou } of frames) {
    if (objects.length === 0 || tracks.length === 0) {
      count.falsePositives += tracks.length;
      count.misses += objects.length;
      continue;
    }
    const gain = iou.map((overlap, k) => {
      if (overlap < MIN_IOU - EPSILON) return 0;
      const object = objects[Math.floor(k / tracks.length)] as number;
      return overlap + (trackBefore[object] === tracks[k % tracks.length] ? CONTINUES : 0);
    });
    trackBefore = new Int32Array(objectCount).fill(NONE);
    let found = 0;
    for (const [i, j] of bestPairs(gain, objects.length, tracks.length).entries()) {
      if (j === NONE) continue;
      found++;
      const object = objects[i] as number;
      const track = tracks[j] as number;
      if (lastTrack[object] !== NONE && lastTrack[object] !== track) count.switches++;
      lastTrack[object] = track;
      trackBefore[object] = track;
    }
    count.truePositives += found;
    count.misses += objects.length - found;
    count.falsePositives += tracks.length - found;
  }
  const { truePositives, falsePositives, misses, switches } = count;
  const boxes = truePositives + misses;
  return { mota: (truePositives - falsePositives - switches) / Math.max(1, boxes), ...count };
}

import { NONE } from '#tracking';
import { bestPairs, EPSILON, MIN_IOU, type Compared } from './similarity';

/**
 * IDF1 (Ristani et al. 2016, arXiv:1609.01775), 0..1: each object gets at most one track over the whole sequence, so that
 * as many boxes as possible agree; then the F1 score of the boxes.
 */
export function identityF1({ frames, objectCount, trackCount }: Compared): number {
  const agreeing = new Float64Array(objectCount * trackCount);
  let boxes = 0;
  for (const { objects, tracks, iou } of frames) {
    boxes += objects.length + tracks.length;
    for (const [i, object] of objects.entries()) {
      for (const [j, track] of tracks.entries()) {
        const pair = object * trackCount + track;
        if ((iou[i * tracks.length + j] ?? 0) >= MIN_IOU - EPSILON)
          agreeing[pair] = (agreeing[pair] ?? 0) + 1;
      }
    }
  }
  const pairs = bestPairs(agreeing, objectCount, trackCount);
  const truePositives = pairs.reduce(
    (sum, track, object) => sum + (track === NONE ? 0 : (agreeing[object * trackCount + track] ?? 0)),
    0,
  );
  return (2 * truePositives) / Math.max(1, boxes);
}

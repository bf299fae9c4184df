import { NONE } from '#tracking';
import { bestPairs, EPSILON, type Compared } from './similarity';

export interface HotaFigures {
  /** Geometric mean of detection and association at each overlap, averaged over them, 0..1. */
  readonly hota: number;
  readonly detection: number;
  readonly association: number;
}

/** Overlaps at which boxes count as found: 0.05, 0.1 ... 0.95. */
const ALPHAS = Array.from({ length: 19 }, (_, n) => (n + 1) * 0.05);

/**
 * HOTA (Luiten et al. 2021, https://doi.org/10.1007/s11263-020-01375-2), with the matching of TrackEval: in each frame the
 * overlaps weighted by how well object and track agree over the whole sequence.
 */
export function hotaMetrics(compared: Compared): HotaFigures {
  const { frames, objectCount, trackCount } = compared;
  const sizes = countBoxes(compared);
  const agreement = agreementOf(compared, sizes);
  const found = ALPHAS.map(() => ({ pairs: new Float64Array(objectCount * trackCount), total: 0 }));
  for (const { objects, tracks, iou } of frames) {
    const gain = iou.map((overlap, k) => {
      const object = objects[Math.floor(k / tracks.length)] as number;
      return overlap * (agreement[object * trackCount + (tracks[k % tracks.length] as number)] ?? 0);
    });
    for (const [i, j] of bestPairs(gain, objects.length, tracks.length).entries()) {
      if (j === NONE) continue;
      const pair = (objects[i] as number) * trackCount + (tracks[j] as number);
      for (const [a, at] of found.entries()) {
        if ((iou[i * tracks.length + j] ?? 0) < (ALPHAS[a] ?? 1) - EPSILON) continue;
        at.pairs[pair] = (at.pairs[pair] ?? 0) + 1;
        at.total++;
      }
    }
  }
  const all = [...sizes.objects, ...sizes.tracks].reduce((sum, size) => sum + size, 0);
  const scores = found.map(({ pairs, total }) => {
    const detection = total / Math.max(1, all - total);
    const association = associationOf(pairs, sizes, trackCount) / Math.max(1, total);
    return { hota: Math.sqrt(detection * association), detection, association };
  });
  const mean = (figure: keyof HotaFigures) =>
    scores.reduce((sum, score) => sum + score[figure], 0) / scores.length;
  return { hota: mean('hota'), detection: mean('detection'), association: mean('association') };
}

/** Number of boxes of each object and track. */
interface Sizes {
  readonly objects: Float64Array;
  readonly tracks: Float64Array;
}

function countBoxes({ frames, objectCount, trackCount }: Compared): Sizes {
  const sizes = { objects: new Float64Array(objectCount), tracks: new Float64Array(trackCount) };
  for (const { objects, tracks } of frames) {
    for (const object of objects) sizes.objects[object] = (sizes.objects[object] ?? 0) + 1;
    for (const track of tracks) sizes.tracks[track] = (sizes.tracks[track] ?? 0) + 1;
  }
  return sizes;
}

/** How well each object and track agree over the sequence, 0..1: a Jaccard index of overlaps. */
function agreementOf({ frames, objectCount, trackCount }: Compared, sizes: Sizes): Float64Array {
  const shared = new Float64Array(objectCount * trackCount);
  for (const { objects, tracks, iou } of frames) {
    const at = (i: number, j: number) => iou[i * tracks.length + j] ?? 0;
    const ofRow = objects.map((_, i) => tracks.reduce((sum, _, j) => sum + at(i, j), 0));
    const ofColumn = tracks.map((_, j) => objects.reduce((sum, _, i) => sum + at(i, j), 0));
    for (const [i, object] of objects.entries()) {
      for (const [j, track] of tracks.entries()) {
        const whole = (ofRow[i] ?? 0) + (ofColumn[j] ?? 0) - at(i, j);
        const pair = object * trackCount + track;
        if (whole > EPSILON) shared[pair] = (shared[pair] ?? 0) + at(i, j) / whole;
      }
    }
  }
  return shared.map((value, pair) => value / (unionOf(sizes, pair, trackCount) - value));
}

/** The sum of the association score of all found boxes. */
function associationOf(pairs: Float64Array, sizes: Sizes, trackCount: number): number {
  return pairs.reduce(
    (sum, count, pair) => sum + (count * count) / Math.max(1, unionOf(sizes, pair, trackCount) - count),
    0,
  );
}

function unionOf({ objects, tracks }: Sizes, pair: number, trackCount: number): number {
  return (objects[Math.floor(pair / trackCount)] ?? 0) + (tracks[pair % trackCount] ?? 0);
}

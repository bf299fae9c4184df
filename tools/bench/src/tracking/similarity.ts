import { assign, iou, NONE } from '#tracking';
import type { Sequence, TrackBox, Tracks } from './sequence';

/** As in TrackEval: against rounding at a limit. */
export const EPSILON = 2 ** -52;

/** The overlap from which a box counts as found. */
export const MIN_IOU = 0.5;

/** One frame to compare. */
interface ComparedFrame {
  /** Indices of objects, from 0. */
  readonly objects: readonly number[];
  /** Indices of tracks, from 0. */
  readonly tracks: readonly number[];
  /** Intersection over union of object i and track j at [i * tracks.length + j]. */
  readonly iou: Float64Array;
}

/** What the metrics compare: the frames, with ids replaced by indices. */
export interface Compared {
  readonly frames: readonly ComparedFrame[];
  readonly objectCount: number;
  readonly trackCount: number;
}

/**
 * Prepares tracks for the metrics as TrackEval does for MOTChallenge (https://github.com/JonathonLuiten/TrackEval): boxes of
 * tracks that match a distractor best are removed, and then the truth that does not count.
 */
export function compare(sequence: Sequence, tracks: Tracks): Compared {
  const objectIndex = indexer();
  const trackIndex = indexer();
  const frames = sequence.truth.map((truth, n) => {
    const all = tracks[n] ?? [];
    const matched = matchByIou(overlaps(truth, all), truth.length, all.length);
    const removed = new Set(truth.flatMap(({ distracts }, i) => (distracts ? [matched[i]] : [])));
    const kept = all.filter((_, j) => !removed.has(j));
    const counted = truth.filter(({ counts }) => counts);
    return {
      objects: counted.map(({ id }) => objectIndex.of(id)),
      tracks: kept.map(({ id }) => trackIndex.of(id)),
      iou: overlaps(counted, kept),
    };
  });
  return { frames, objectCount: objectIndex.count(), trackCount: trackIndex.count() };
}

function overlaps(rows: readonly TrackBox[], columns: readonly TrackBox[]): Float64Array {
  return Float64Array.from(rows.flatMap((row) => columns.map((column) => iou(row.box, column.box))));
}

/** The pairs with the greatest total overlap, of those that overlap enough. */
function matchByIou(similarity: Float64Array, rows: number, columns: number): Int32Array {
  return bestPairs(
    similarity.map((value) => (value < MIN_IOU - EPSILON ? 0 : value)),
    rows,
    columns,
  );
}

/** The assignment with the greatest total; only pairs above 0. */
export function bestPairs(gain: Float64Array, rows: number, columns: number): Int32Array {
  const pairs = assign(
    gain.map((value) => -value),
    rows,
    columns,
  );
  return pairs.map((j, i) => (j !== NONE && (gain[i * columns + j] ?? 0) > EPSILON ? j : NONE));
}

function indexer() {
  const indices = new Map<number, number>();
  return {
    of(id: number): number {
      const index = indices.get(id) ?? indices.size;
      indices.set(id, index);
      return index;
    },
    count: () => indices.size,
  };
}

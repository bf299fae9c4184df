import type { TrackedDetection } from './scores';
import type { Tracks } from './tracks';

/** The best score of each track by its id; NaN if no score of the track is known. */
export type BestScores = ReadonlyMap<number, number>;

/** For jobs without tracks. */
const NONE: BestScores = new Map();

export function bestScores(tracks: Tracks | undefined): BestScores {
  return new Map(tracks?.tracks.map(({ id, bestScore }) => [id, bestScore ?? NaN]));
}

/**
 * The rule for every score threshold: a box is included if its score exceeds the threshold, or if the best score of its
 * track does. So a threshold includes a track as a whole or not at all. No threshold excludes an unknown score (NaN).
 */
export function isAbove(
  { score, track }: Pick<TrackedDetection, 'score' | 'track'>,
  threshold: number,
  best: BestScores = NONE,
): boolean {
  if (!(score <= threshold)) return true;
  const ofTrack = track === undefined ? undefined : best.get(track);
  return ofTrack !== undefined && !(ofTrack <= threshold);
}

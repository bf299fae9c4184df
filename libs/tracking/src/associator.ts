import { grow, iou, isUsable, type Box } from './box';
import { matchCandidates, type Candidate } from './matching';
import type { TrackerOptions } from './options';
import { directionBetween, Track } from './track';

/** A detection to track. */
export interface TrackerDetection {
  /** In pixels: unlike fractions of a frame, the same unit in both directions. */
  readonly box: Box;
  /** 0..1; NaN, an unknown score, exceeds every threshold. */
  readonly score: number;
  readonly classIndex: number;
}

/** A detection that belongs to a track. */
export interface Association {
  readonly track: Track;
  /** Index of the detection in its frame. */
  readonly detection: number;
}

/** Least overlap of an expected box and a detection (SORT, OC-SORT). */
const MIN_IOU = 0.3;

/** Least overlap of the last box of a track and a detection. */
const MIN_IOU_LAST = 0.5;

/**
 * An object that was detected once may have moved this far per frame, as a share of its longer side: in the next frame with
 * detections, boxes are matched with that much margin (C-BIoU, Yang et al. 2023, arXiv:2211.14317). It matters where frames
 * are skipped.
 */
const REACH = 1 / 4;

/** Weight of the direction of movement beside the overlap (OC-SORT's inertia). */
const DIRECTION_WEIGHT = 0.2;

/** A track that is still too short ends this many frames after its last detection. */
const TENTATIVE_FRAMES = 5;

type Usable = TrackerDetection & { readonly index: number };

/**
 * Assigns detections to tracks, frame by frame: ByteTrack (Zhang et al. 2022, arXiv:2110.06864) on the state of OC-SORT (Cao
 * et al. 2023, arXiv:2203.14360). Strong detections are matched to where tracks are expected, weak ones to the remaining
 * tracks, then strong ones to where tracks were last, and to around where new tracks were; the rest of them start tracks.
 */
export class Associator {
  private alive: Track[] = [];
  private now: number | undefined;

  constructor(private readonly options: TrackerOptions) {}

  /**
   * Adds the next frame with detections.
   *
   * @param n its number, greater than the one before
   * @returns at most one association per detection and per track, in order of detections, and the tracks that ended
   */
  update(n: number, detections: readonly TrackerDetection[]): { matched: Association[]; ended: Track[] } {
    const { highThreshold, lowThreshold, newThreshold, minLength } = this.options;
    const before = this.now;
    if (before !== undefined) for (const track of this.alive) track.predict(n - before);
    this.now = n;
    const usable = detections
      .map(({ box, score, classIndex }, index) => ({ box, score, classIndex, index }))
      .filter(({ box }) => isUsable(box));
    const frame = new FrameMatcher(n, this.alive, this.options.classAgnostic);
    const expected = (track: Track) => track.expected();
    const strong = usable.filter(({ score }) => !(score <= highThreshold));
    const left = frame.match(strong, expected, { minIou: MIN_IOU, directed: true });
    const weak = usable.filter(({ score }) => score <= highThreshold && score > lowThreshold);
    frame.match(weak, expected, { minIou: MIN_IOU, only: ({ hits }) => hits >= minLength });
    const last = (track: Track) => track.last.box;
    const moved = frame.match(left, last, { minIou: MIN_IOU_LAST });
    const unknown = frame.match(moved, last, {
      minIou: MIN_IOU_LAST,
      reach: REACH,
      only: ({ hits, last: { n: start } }) => hits === 1 && start === before,
    });
    for (const detection of unknown.filter(({ score }) => !(score <= newThreshold)))
      this.alive.push(frame.start(detection));
    return { matched: frame.matched.sort((a, b) => a.detection - b.detection), ended: this.endOld(n) };
  }

  private endOld(n: number): Track[] {
    const { trackBuffer, minLength } = this.options;
    const isOld = ({ last, hits }: Track) =>
      n - last.n >= trackBuffer || (hits < minLength && n - last.n > TENTATIVE_FRAMES);
    const ended = this.alive.filter(isOld);
    if (ended.length > 0) this.alive = this.alive.filter((track) => !isOld(track));
    return ended;
  }
}

interface MatchOptions {
  readonly minIou: number;
  /** Prefer detections in the direction of movement. */
  readonly directed?: boolean;
  /** Margin of the boxes per frame since the last detection, as a share of the longer side. */
  readonly reach?: number;
  readonly only?: (track: Track) => boolean;
}

/** The matching of one frame: tracks that are still free, and pairs that have been found. */
class FrameMatcher {
  readonly matched: Association[] = [];
  private free: readonly Track[];

  constructor(
    private readonly n: number,
    tracks: readonly Track[],
    private readonly classAgnostic: boolean,
  ) {
    this.free = tracks;
  }

  /** Matches detections to free tracks, and returns the detections that remain. */
  match(detections: Usable[], boxOf: (track: Track) => Box, options: MatchOptions): Usable[] {
    if (detections.length === 0) return detections;
    const tracks = options.only ? this.free.filter(options.only) : this.free;
    const candidates = tracks.flatMap((track, row) =>
      this.candidatesOf(track, row, boxOf, detections, options),
    );
    const usedTracks = new Set<Track>();
    const usedDetections = new Set<number>();
    for (const { row, column } of matchCandidates(candidates)) {
      const [track, detection] = [tracks[row], detections[column]];
      if (!track || !detection) continue;
      track.observe({ n: this.n, box: detection.box });
      this.matched.push({ track, detection: detection.index });
      usedTracks.add(track);
      usedDetections.add(column);
    }
    this.free = this.free.filter((track) => !usedTracks.has(track));
    return detections.filter((_, column) => !usedDetections.has(column));
  }

  start({ box, classIndex, index }: Usable): Track {
    const track = new Track(classIndex, { n: this.n, box });
    this.matched.push({ track, detection: index });
    return track;
  }

  private candidatesOf(
    track: Track,
    row: number,
    boxOf: (track: Track) => Box,
    detections: readonly Usable[],
    { minIou, directed = false, reach = 0 }: MatchOptions,
  ): Candidate[] {
    const box = boxOf(track);
    const margin = reach * (this.n - track.last.n);
    const candidates: Candidate[] = [];
    detections.forEach((detection, column) => {
      if (!this.classAgnostic && detection.classIndex !== track.classIndex) return;
      const overlap = iou(grow(box, margin), grow(detection.box, margin));
      if (overlap < minIou) return;
      const bonus = directed ? this.directionBonus(track, detection) : 0;
      candidates.push({ row, column, gain: overlap + bonus });
    });
    return candidates;
  }

  /** OC-SORT's observation-centric momentum: by the angle between a track's direction and the one to a detection. */
  private directionBonus(track: Track, { box, score }: Usable): number {
    const direction = directionBetween(track.reference(this.n).box, box);
    if (!track.direction || !direction) return 0;
    const cosine = direction[0] * track.direction[0] + direction[1] * track.direction[1];
    const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
    return DIRECTION_WEIGHT * (0.5 - angle / Math.PI) * (Number.isNaN(score) ? 1 : score);
  }
}

import type { TrackedDetection } from './scores';

/**
 * Detections of a video over time, and its objects if they were tracked. The size does not depend on the length of the
 * video.
 */
export interface Summary {
  readonly frames: number;
  /** Frames per second. */
  readonly frameRate: number;
  /** Detections in all frames. */
  readonly total: number;
  /** Detected classes, most detections first. */
  readonly classes: readonly ClassSummary[];
  readonly bins: {
    /** Frames per bin; the last bin may have fewer. */
    readonly frames: number;
    /** By label: for each bin, the maximum number of detections of the class in one frame. */
    readonly counts: Readonly<Record<string, readonly number[]>>;
    /** By label: for each bin, the number of tracks that appear first in it. */
    readonly objects?: Readonly<Record<string, readonly number[]>>;
  };
  /** Of the model; unknown for detections of earlier versions. */
  readonly precision?: 'fp32' | 'int8';
  /** Frames with the most detections, with a minimum distance, in order of time. */
  readonly peaks: readonly Peak[];
}

interface ClassSummary {
  readonly label: string;
  readonly classIndex: number;
  /** Number of detections. */
  readonly count: number;
  /** Number of frames with at least one detection. */
  readonly frames: number;
  /** Number of distinct tracks. */
  readonly objects?: number;
}

export interface Peak {
  /** Number of the frame, from 0. */
  readonly frame: number;
  /** Seconds from the start. */
  readonly time: number;
  /** Number of detections. */
  readonly count: number;
}

const MAX_BINS = 500;
const MAX_PEAKS = 8;

/** Minimum distance between peaks: in seconds, and as a share of the video. */
const MIN_DISTANCE_SECONDS = 1;
const MIN_DISTANCE_SHARE = 0.04;

type Counted = Pick<TrackedDetection, 'label' | 'classIndex' | 'score' | 'track'>;

/** A frame that may become a peak. */
interface Candidate {
  readonly frame: number;
  readonly count: number;
  readonly score: number;
}

interface ClassTally {
  readonly classIndex: number;
  count: number;
  frames: number;
  bins: number[];
  /** New tracks. */
  objects: number[];
}

/**
 * Summarizes the detections of a video frame by frame. Memory depends on the number of classes and tracks, not on the
 * length: when all bins are full, pairs of bins are merged.
 */
export class Summarizer {
  private frames = 0;
  private total = 0;
  private framesPerBin = 1;
  private readonly classes = new Map<string, ClassTally>();
  /** For each bin the frame with the most detections, if any. */
  private busiest: (Candidate | undefined)[] = [];
  /** Ids of tracks that have appeared. */
  private readonly tracks = new Set<number>();
  private readonly tracked: boolean;

  /**
   * @param frameRate frames per second
   * @param options.tracked whether objects were tracked, so that the summary counts them
   */
  constructor(
    private readonly frameRate: number,
    { tracked = false } = {},
  ) {
    this.tracked = tracked;
  }

  /** Adds the next frame. */
  add(detections: readonly Counted[]): void {
    const frame = this.frames++;
    if (frame === this.framesPerBin * MAX_BINS) this.widenBins();
    const bin = Math.floor(frame / this.framesPerBin);
    for (const [label, { classIndex, count }] of countByLabel(detections)) {
      const tally = this.classes.get(label) ?? { classIndex, count: 0, frames: 0, bins: [], objects: [] };
      this.classes.set(label, tally);
      tally.count += count;
      tally.frames++;
      tally.bins[bin] = most(tally.bins[bin], count);
    }
    this.addTracks(detections, bin);
    const count = detections.length;
    this.total += count;
    const candidate = count > 0 ? { frame, count, score: sumOfScores(detections) } : undefined;
    this.busiest[bin] = busier(this.busiest[bin], candidate);
  }

  private addTracks(detections: readonly Counted[], bin: number): void {
    for (const { label, track } of detections) {
      if (track === undefined || this.tracks.has(track)) continue;
      this.tracks.add(track);
      const objects = this.classes.get(label)?.objects;
      if (objects) objects[bin] = sum(objects[bin], 1);
    }
  }

  /** The summary of the frames added so far. */
  summary(): Summary {
    const { frames, frameRate, total, framesPerBin, tracked } = this;
    const bins = Array.from({ length: Math.ceil(frames / framesPerBin) }, (_, bin) => bin);
    const classes = [...this.classes].sort(([, a], [, b]) => b.count - a.count);
    const byLabel = (values: (tally: ClassTally) => readonly number[]) =>
      Object.fromEntries(
        classes.map(([label, tally]) => [label, bins.map((bin) => values(tally)[bin] ?? 0)]),
      );
    return {
      ...{ frames, frameRate, total },
      classes: classes.map(([label, { classIndex, count, frames, objects }]) => ({
        ...{ label, classIndex, count, frames },
        ...(tracked && { objects: objects.reduce(sum, 0) }),
      })),
      bins: {
        frames: framesPerBin,
        counts: byLabel((tally) => tally.bins),
        ...(tracked && { objects: byLabel((tally) => tally.objects) }),
      },
      peaks: this.peaks(),
    };
  }

  private peaks(): Peak[] {
    const minDistance = Math.max(MIN_DISTANCE_SECONDS * this.frameRate, MIN_DISTANCE_SHARE * this.frames);
    const chosen: Candidate[] = [];
    for (const candidate of this.busiest.filter((one) => one !== undefined).sort(byBusyness)) {
      if (chosen.length === MAX_PEAKS) break;
      if (chosen.every(({ frame }) => Math.abs(frame - candidate.frame) >= minDistance))
        chosen.push(candidate);
    }
    return chosen
      .sort((a, b) => a.frame - b.frame)
      .map(({ frame, count }) => ({ frame, time: Number((frame / this.frameRate).toFixed(6)), count }));
  }

  private widenBins(): void {
    this.framesPerBin *= 2;
    for (const tally of this.classes.values()) {
      tally.bins = mergePairs(tally.bins, most);
      tally.objects = mergePairs(tally.objects, sum);
    }
    this.busiest = mergePairs(this.busiest, busier);
  }
}

/** Merges neighbouring pairs of values, which may be undefined. */
function mergePairs<T, Merged>(
  values: readonly (T | undefined)[],
  merge: (a: T | undefined, b: T | undefined) => Merged,
): Merged[] {
  return Array.from({ length: Math.ceil(values.length / 2) }, (_, n) =>
    merge(values[2 * n], values[2 * n + 1]),
  );
}

const most = (a = 0, b = 0): number => Math.max(a, b);
const sum = (a = 0, b = 0): number => a + b;

function busier(a: Candidate | undefined, b: Candidate | undefined): Candidate | undefined {
  return a && b ? (byBusyness(a, b) <= 0 ? a : b) : (a ?? b);
}

/** Orders by number of detections, then by confidence, then by time. */
function byBusyness(a: Candidate, b: Candidate): number {
  return b.count - a.count || b.score - a.score || a.frame - b.frame;
}

/** Unknown scores (NaN) count as 0. */
function sumOfScores(detections: readonly Counted[]): number {
  return detections.reduce((sum, { score }) => sum + (Number.isFinite(score) ? score : 0), 0);
}

function countByLabel(detections: readonly Counted[]): Map<string, { classIndex: number; count: number }> {
  const counts = new Map<string, { classIndex: number; count: number }>();
  for (const { label, classIndex } of detections) {
    counts.set(label, { classIndex, count: (counts.get(label)?.count ?? 0) + 1 });
  }
  return counts;
}

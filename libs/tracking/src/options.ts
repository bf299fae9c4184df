/** All lengths are in frames of the video, also where only every Nth frame has detections. */
export interface TrackerOptions {
  /** A detection with a greater score is matched first, and may start a track. 0..1. */
  readonly highThreshold: number;
  /** One with a greater score, up to `highThreshold`, may continue a track. 0..highThreshold. */
  readonly lowThreshold: number;
  /** A detection needs a greater score to start a track; `highThreshold` or more. */
  readonly newThreshold: number;
  /** Whether a track may have detections of different classes. */
  readonly classAgnostic: boolean;
  /** A track ends this long after its last detection: about a second. At least 1. */
  readonly trackBuffer: number;
  /** Detections that a track needs; shorter tracks are dropped. At least 1. */
  readonly minLength: number;
  /** The longest gap between two detections that is filled. 0 fills only frames in which nothing was detected. */
  readonly maxGap: number;
  /** A box becomes a weighted mean over this many frames on either side. 0 for none. */
  readonly smoothing: number;
}

/** Thresholds of ByteTrack; a track's memory of SORT's `max_age` 30. */
const DEFAULTS = {
  highThreshold: 0.5,
  lowThreshold: 0.1,
  classAgnostic: false,
  trackBuffer: 30,
  minLength: 3,
  smoothing: 0,
};

/**
 * Fills in defaults: `newThreshold` is `highThreshold`, `maxGap` is `trackBuffer`, and `lowThreshold` is 0.1 or `highThreshold`,
 * if that is less.
 *
 * @throws RangeError
 */
export function completeOptions(options: Partial<TrackerOptions>): TrackerOptions {
  const given = { ...DEFAULTS, ...options };
  const complete = {
    newThreshold: given.highThreshold,
    maxGap: given.trackBuffer,
    ...given,
    lowThreshold: options.lowThreshold ?? Math.min(DEFAULTS.lowThreshold, given.highThreshold),
  };
  const { lowThreshold, highThreshold, newThreshold } = complete;
  if (!(lowThreshold >= 0 && lowThreshold <= highThreshold && highThreshold <= newThreshold)) {
    throw new RangeError(
      `Invalid thresholds: expected 0 <= low (${lowThreshold}) <= high (${highThreshold}) <= new (${newThreshold}).`,
    );
  }
  for (const [name, least] of [
    ['trackBuffer', 1],
    ['minLength', 1],
    ['maxGap', 0],
    ['smoothing', 0],
  ] as const) {
    if (!Number.isInteger(complete[name]) || complete[name] < least)
      throw new RangeError(`Invalid ${name} ${complete[name]}: expected a whole number from ${least}.`);
  }
  return complete;
}

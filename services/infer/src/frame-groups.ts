import type { Detection } from '#detection';
import type { Timeline } from '#media';

/** Consecutive frames that share the detections of the first. */
export interface DetectedGroup {
  readonly frames: readonly number[];
  readonly detections: readonly Detection[];
  /** Below the job's threshold, above the floor. */
  readonly low: readonly Detection[];
}

/**
 * Groups the output frames of a video by detection run: each group has `step` consecutive source frames with all their
 * repeats; the last group may be smaller.
 * @param from skips groups before this output frame
 */
export function* frameGroups(timeline: Timeline, step: number, from = 0): Generator<number[]> {
  let group: number[] = [];
  let sources = 0;
  for (const { first, times } of timeline.spans()) {
    for (let n = first; n < first + times; n++) group.push(n);
    if (++sources < step) continue;
    if ((group[0] ?? 0) >= from) yield group;
    [group, sources] = [[], 0];
  }
  if (group.length > 0 && (group[0] ?? 0) >= from) yield group;
}

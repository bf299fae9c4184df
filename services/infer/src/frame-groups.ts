import type { Detection } from '#detection';
import type { Timeline } from '#media';

/** Frames that follow each other and share the detections of the first. */
export interface LookedAt {
  readonly frames: readonly number[];
  readonly detections: readonly Detection[];
}

/**
 * The output frames of a video in groups that share one detection: those of `step` source frames in a row, with all
 * their repeats; the last group may be smaller.
 * @param from groups before this output frame are left out
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

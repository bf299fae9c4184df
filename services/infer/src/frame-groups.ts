import type { Detection } from '#detection';

/** Frames that follow each other and share the detections of the first. */
export interface LookedAt {
  readonly frames: readonly number[];
  readonly detections: readonly Detection[];
}

/** The numbers first..total-1 in groups of `step`, the last one perhaps smaller. */
export function* frameGroups(first: number, total: number, step: number): Generator<number[]> {
  for (let start = first; start < total; start += step) {
    yield Array.from({ length: Math.min(step, total - start) }, (_, offset) => start + offset);
  }
}

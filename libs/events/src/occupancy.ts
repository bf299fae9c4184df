import type { EnterEvent, ExitEvent, ZoneCounts } from '#contract';

const MAX_BINS = 500;

/**
 * The maximum number of objects inside at once, for each bin of frames.
 *
 * @param changes of one zone, by frame
 * @param frames of the video
 */
export function occupancyOf(
  changes: readonly (EnterEvent | ExitEvent)[],
  frames: number,
): ZoneCounts['occupancy'] {
  const perBin = Math.max(1, Math.ceil(frames / MAX_BINS));
  const counts = Array.from({ length: Math.ceil(frames / perBin) }, () => 0);
  let from = 0;
  let inside = 0;
  // The number inside is the same from one frame with changes up to the next.
  const hold = (end: number) => {
    if (end <= from) return;
    for (let bin = Math.floor(from / perBin); bin * perBin < end; bin++)
      counts[bin] = Math.max(counts[bin] ?? 0, inside);
    from = end;
  };
  for (const [frame, difference] of steps(changes)) {
    hold(Math.min(frame, frames));
    inside += difference;
  }
  hold(frames);
  return { frames: perBin, counts };
}

/** By how much the number inside changes at a frame, in order. */
function steps(changes: readonly (EnterEvent | ExitEvent)[]): [frame: number, difference: number][] {
  const differences = new Map<number, number>();
  for (const change of changes) {
    // An object that disappears is still inside in the frame of its exit.
    const frame = change.type === 'exit' && change.disappeared ? change.frame + 1 : change.frame;
    differences.set(frame, (differences.get(frame) ?? 0) + (change.type === 'enter' ? 1 : -1));
  }
  return [...differences].sort(([a], [b]) => a - b);
}

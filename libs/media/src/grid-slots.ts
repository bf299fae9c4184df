/** Slots of frames on a grid of constant rate. Times and shifts are in seconds, rates in frames per second. */

/** Spread of the deviations from a constant rate, from the earliest frame to the latest. */
export function spreadOf(times: ArrayLike<number>, rate: number): number {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < times.length; k++) {
    const deviation = (times[k] ?? 0) - k / rate;
    low = Math.min(low, deviation);
    high = Math.max(high, deviation);
  }
  return high - low;
}

/** The nearest slot of each frame, or the next free one. */
export function slotsOn(times: ArrayLike<number>, rate: number): { slots: Float64Array; shift: number } {
  const slots = new Float64Array(times.length);
  const origin = times[0] ?? 0;
  let [last, shift] = [-1, 0];
  for (let k = 0; k < times.length; k++) {
    const time = (times[k] ?? 0) - origin;
    last = Math.max(last + 1, Math.round(time * rate));
    slots[k] = last;
    shift = Math.max(shift, Math.abs(last / rate - time));
  }
  return { slots, shift };
}

/** Maximum pauses and jumps in a video of constant rate: one in 50 frames; in short videos one in 20, up to four. */
const maxBreaks = (frames: number) => Math.max(frames / 50, Math.min(4, frames / 20));

/**
 * The slots of frames that come in runs of constant rate. The first frame of a run takes the nearest slot and the others
 * follow it: rounding each one would make a run that is half a slot off the grid stutter.
 * @param exact maximum deviation from the rate within a run
 * @returns undefined if there are too many runs
 */
export function slotsOfRuns(
  times: ArrayLike<number>,
  rate: number,
  exact: number,
): { slots: Float64Array; shift: number } | undefined {
  const slots = new Float64Array(times.length);
  const origin = times[0] ?? 0;
  let [anchor, anchorSlot, last, shift, breaks] = [origin, 0, -1, 0, 0];
  for (let k = 0; k < times.length; k++) {
    const time = times[k] ?? 0;
    const steps = Math.round((time - anchor) * rate);
    const slot = anchorSlot + steps;
    if (Math.abs(time - anchor - steps / rate) <= exact && slot > last) {
      last = slot;
    } else {
      if (++breaks > maxBreaks(times.length)) return undefined;
      last = Math.max(last + 1, Math.round((time - origin) * rate));
      [anchor, anchorSlot] = [time, last];
    }
    slots[k] = last;
    shift = Math.max(shift, Math.abs(last / rate - (time - origin)));
  }
  return { slots, shift };
}

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Time units per second. */
const TICKS = 1_000_000;

/** Output option for TIMES_FILTERS: by default ffmpeg counts in frames, and irregular times collide. */
export const TIMES_OUTPUT: readonly string[] = ['-enc_time_base', `1:${TICKS}`];

/** ffmpeg filters that write the presentation time of each frame to descriptor 3. They must come last. */
export const TIMES_FILTERS: readonly string[] = [
  `settb=1/${TICKS}`,
  'metadata=mode=add:key=n:value=1', // frames without metadata are not printed
  'metadata=mode=print:file=pipe\\\\:3:direct=1',
  'setpts=N', // muxers reject some times, such as equal ones
];

/**
 * Reads the output of TIMES_FILTERS. Appends one time in seconds per frame to `times`, NaN for a frame without a time.
 * Resolves at the end of the input.
 * @param onFrame called after each frame with the number of frames so far; what it throws ends the reading
 */
export async function readTimes(
  input: Readable,
  times: number[],
  onFrame?: (frames: number) => void,
): Promise<void> {
  for await (const line of createInterface({ input })) {
    const match = /^frame:\d+\s+pts:(\S+)/.exec(line);
    if (!match) continue;
    times.push(Number(match[1]) / TICKS);
    onFrame?.(times.length);
  }
}

/** Seconds before a join in which frames may move to make room for the next part. */
const JOIN = 0.5;

/**
 * Makes times non-decreasing, in place. A frame without a time gets that of its predecessor. If a joined part starts
 * before the last frames of the previous part end, these move into the pause before them, so that the new part stays in
 * sync with its sound. Without a pause, the late frame gets the time of its predecessor.
 * @param times in seconds, in display order
 */
export function putInOrder(times: number[]): void {
  let step = 0;
  for (let k = 0; k < times.length; k++) {
    const before = times[k - 1];
    const time = times[k] ?? NaN;
    if (before === undefined) times[k] = Number.isNaN(time) ? 0 : time;
    else if (Number.isNaN(time)) times[k] = before;
    else if (time > before) step = Math.min(step || Infinity, time - before);
    else if (time < before && !makeRoom(times, k, step)) times[k] = before;
  }
}

/** Moves the frames before frame k one step apart, back to the last pause. @returns false if there is no pause */
function makeRoom(times: number[], k: number, step: number): boolean {
  const time = times[k] ?? 0;
  const moved = (j: number) => time - step * (k - j);
  let first = k;
  while (first > 0 && (times[first - 1] ?? 0) > moved(first - 1)) {
    first--;
    if (first === 0 || time - moved(first) > JOIN) return false;
  }
  for (let j = first; j < k; j++) times[j] = moved(j);
  return true;
}

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Resolution of the times, per second. */
const TICKS = 1_000_000;

/** For the output of TIMES_FILTERS: else ffmpeg counts it in frames, and times that are not regular collide. */
export const TIMES_OUTPUT: readonly string[] = ['-enc_time_base', `1:${TICKS}`];

/** ffmpeg filters that write when each frame is shown to descriptor 3. They go behind all others. */
export const TIMES_FILTERS: readonly string[] = [
  `settb=1/${TICKS}`,
  'metadata=mode=add:key=n:value=1', // frames without metadata are not printed
  'metadata=mode=print:file=pipe\\\\:3:direct=1',
  'setpts=N', // whatever the times are, no muxer has to complain of them
];

/**
 * Reads what TIMES_FILTERS write: a time in seconds per frame, added to `times` as they come; NaN for a frame without
 * one. Resolves at the end.
 */
export async function readTimes(input: Readable, times: number[]): Promise<void> {
  for await (const line of createInterface({ input })) {
    const match = /^frame:\d+\s+pts:(\S+)/.exec(line);
    if (match) times.push(Number(match[1]) / TICKS);
  }
}

/** Seconds before a join in which frames may move to make room for the part that follows. */
const JOIN = 0.5;

/**
 * Puts times in order, in place. A frame without a time gets its predecessor's. Where a joined part starts before the
 * last frames of the part before it are over, those move into the pause before them, so that the part keeps in step
 * with its sound; where there is no pause, the late frame gets its predecessor's time.
 * @param times of frames in the order they are shown in, in seconds
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

/** Moves the frames before frame k one step apart, back to the last pause. @returns whether there is one */
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

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

/** Reads what TIMES_FILTERS write: a time in seconds per frame, added to `times` as they come. Resolves at the end. */
export async function readTimes(input: Readable, times: number[]): Promise<void> {
  for await (const line of createInterface({ input })) {
    const match = /^frame:\d+\s+pts:(\S+)/.exec(line);
    if (!match) continue;
    const ticks = Number(match[1]);
    const before = times.at(-1) ?? 0;
    // A frame without a time, or with one before its predecessor's, comes right after that.
    times.push(Number.isNaN(ticks) ? before : Math.max(times.length > 0 ? before : -Infinity, ticks / TICKS));
  }
}

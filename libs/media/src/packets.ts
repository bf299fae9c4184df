import { createInterface } from 'node:readline';
import { checkNotKilled, start, untrustedInput, type StartOptions } from './ffmpeg';

/** Timing of a track's packets, whether or not they decode. Times in seconds. */
export interface Packets {
  readonly count: number;
  /** Earliest presentation time, on the file's own clock. */
  readonly first: number;
  /** From the start of the first frame to the start of the last, without clock jumps. */
  readonly span: number;
  /** Packets that the file's edit list cuts off; not in `count`. */
  readonly cut: number;
  /** Times of clock jumps after the first packet. */
  readonly jumps: readonly number[];
}

/** Steps in seconds that ffmpeg treats as clock jumps: its `dts_delta_threshold`, and its tolerance backwards. */
const JUMP_FORWARD = 10;
const JUMP_BACK = -0.1;

/**
 * Reads the packets of a track once, without decoding.
 * @param clockJumps whether the container's clock may restart (MPEG-TS): large steps then do not count as time
 */
export async function scanPackets(
  file: string,
  track: number,
  clockJumps: boolean,
  options: StartOptions,
): Promise<Packets> {
  const entries = ['-select_streams', `${track}`, '-show_entries', 'packet=pts_time,dts_time,flags'];
  const ffprobe = start('ffprobe', [...entries, '-of', 'csv=p=0', ...(await untrustedInput(file))], options);
  const jumps: number[] = [];
  let [count, cut, first, shift, previous, typical] = [0, 0, Infinity, 0, NaN, 0];
  let [low, high] = [Infinity, -Infinity];
  for await (const line of createInterface({ input: ffprobe.stdout })) {
    const [pts = '', dts = '', flags = ''] = line.split(',');
    const time = Number.parseFloat(pts);
    if (flags.includes('D')) {
      cut++;
      continue;
    }
    if (Number.isNaN(time)) {
      if (flags) count++;
      continue;
    }
    const order = Number.isNaN(Number.parseFloat(dts)) ? time : Number.parseFloat(dts);
    const step = order - previous;
    if (clockJumps && (step > JUMP_FORWARD || step < JUMP_BACK)) {
      jumps.push(high - low);
      shift += step - typical;
    } else if (step > 0) typical = step;
    previous = order;
    count++;
    if (jumps.length === 0) first = Math.min(first, time);
    low = Math.min(low, time - shift);
    high = Math.max(high, time - shift);
  }
  const exit = await ffprobe.exited;
  options.signal?.throwIfAborted();
  checkNotKilled(file, exit);
  return { count, cut, first, span: Math.max(0, high - low), jumps };
}

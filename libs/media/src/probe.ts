import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { readHead } from './container';
import { MediaError } from './errors';
import {
  Report,
  audioStream,
  declaredTiming,
  measuredTiming,
  toFacts,
  videoStream,
  type VideoFacts,
} from './facts';
import { checkNotKilled, notAVideo, start, untrustedInput, type StartOptions } from './ffmpeg';
import { checkLimits, type MediaLimits } from './limits';

export interface ProbeOptions {
  readonly signal?: AbortSignal;
  /** Longest time to spend on the file, by default PROBE_TIMEOUT_MS. */
  readonly timeoutMs?: number;
  /** What the video may be; by default anything. */
  readonly limits?: MediaLimits;
}

/** Time to examine a file: a large one that does not tell its length has to be read as a whole. */
export const PROBE_TIMEOUT_MS = 60_000;

/**
 * Looks at a file and says what video it holds. The content decides, never the name.
 *
 * @throws MediaError EMPTY_FILE, NOT_A_VIDEO, NO_VIDEO_STREAM, TRUNCATED (an mp4 without its index), PROBE_TIMEOUT, FFMPEG_KILLED,
 *         or what `limits` forbid;
 *         the reason of `signal` when aborted; the file system's error where the file cannot be reached
 */
export async function probe(
  file: string,
  { signal, timeoutMs = PROBE_TIMEOUT_MS, limits }: ProbeOptions = {},
): Promise<VideoFacts> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const { facts, longest } = await look(file, { signal: either, memoryMb: limits?.FFMPEG_MEMORY_MB });
    if (limits) checkLimits(basename(file), { ...facts, duration: longest }, limits);
    return facts;
  } catch (error) {
    if (!timeout.aborted || signal?.aborted) throw error;
    const message = `"${basename(file)}" could not be examined within ${timeoutMs / 1000} s.`;
    throw new MediaError('PROBE_TIMEOUT', message, { cause: error });
  }
}

/** Still pictures (HEIC, AVIF) come in the same container as mp4 and tell themselves by brand. */
const STILL_PICTURE = /^(avif|heic|heix|mif1|miaf)/;

/** @returns the facts, and the seconds of its longest track: sound may go on when the picture has ended */
async function look(
  file: string,
  options: StartOptions & { signal: AbortSignal },
): Promise<{ facts: VideoFacts; longest: number }> {
  const name = basename(file);
  if ((await stat(file)).size === 0) {
    throw new MediaError('EMPTY_FILE', `"${name}" is empty: it has no bytes at all.`);
  }
  if (STILL_PICTURE.test((await mp4Brand(file)) ?? '')) {
    throw new MediaError(
      'NOT_A_VIDEO',
      `"${name}" is a still picture; a video file such as an mp4 is needed.`,
    );
  }
  const report = await inspect(file, options);
  const stream = videoStream(report);
  if (!stream) {
    const found = audioStream(report) ? 'sound but no moving picture' : 'no moving picture';
    throw new MediaError('NO_VIDEO_STREAM', `"${name}" holds ${found}; a file with a video track is needed.`);
  }
  const timing =
    declaredTiming(stream, report.format.format_name) ?? measuredTiming(await scanPackets(file, options));
  const facts = timing && toFacts(report, stream, timing);
  if (!facts) {
    throw new MediaError(
      'NOT_A_VIDEO',
      `"${name}" looks like a video file, but no picture in it can be read.`,
    );
  }
  return { facts, longest: Math.max(facts.duration, report.format.duration ?? 0) };
}

/** What ffprobe reports of a file that may be anything. */
export async function inspect(file: string, options: StartOptions): Promise<Report> {
  const entries = ['-show_format', '-show_streams', '-of', 'json'];
  const ffprobe = start('ffprobe', [...entries, ...(await untrustedInput(file))], options);
  const [output, exit] = await Promise.all([text(ffprobe.stdout), ffprobe.exited]);
  options.signal?.throwIfAborted();
  checkNotKilled(file, exit);
  if (exit.code === 0) return Report.parse(JSON.parse(output));
  const name = basename(file);
  const cause = new Error(exit.complaint);
  if (await mp4Brand(file)) {
    const message = `"${name}" is cut off or damaged: its index cannot be read. Upload the whole file again.`;
    throw new MediaError('TRUNCATED', message, { cause });
  }
  throw notAVideo(file, cause);
}

/** What an mp4, mov or the like calls itself in its first box (ISO 14496-12, `ftyp`); undefined for other files. */
async function mp4Brand(file: string): Promise<string | undefined> {
  const start = (await readHead(file)).toString('latin1', 4, 12);
  return start.startsWith('ftyp') ? start.slice(4) : undefined;
}

/** Reads the file once, without decoding, to count the frames and see when they are shown. */
async function scanPackets(file: string, options: StartOptions & { signal: AbortSignal }) {
  const entries = ['-select_streams', 'V:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'];
  const ffprobe = start('ffprobe', [...entries, ...(await untrustedInput(file))], options);
  const packets = { count: 0, first: Infinity, last: -Infinity };
  for await (const line of createInterface({ input: ffprobe.stdout })) {
    const time = Number.parseFloat(line);
    if (Number.isNaN(time)) continue;
    packets.count++;
    packets.first = Math.min(packets.first, time);
    packets.last = Math.max(packets.last, time);
  }
  const exit = await ffprobe.exited;
  options.signal.throwIfAborted();
  checkNotKilled(file, exit);
  return packets;
}

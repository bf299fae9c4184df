import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import { readHead } from './container';
import { MediaError } from './errors';
import { Report, declaredTiming, measuredTiming, toFacts, type Stream, type VideoFacts } from './facts';
import { checkNotKilled, notAVideo, start, untrustedInput, type StartOptions } from './ffmpeg';
import { checkLimits, type MediaLimits } from './limits';
import { scanPackets } from './packets';
import { parseRational, toNumber } from './rational';
import { soundTracks, videoTracks } from './tracks';

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
    const facts = await examine(file, { signal: either, memoryMb: limits?.FFMPEG_MEMORY_MB });
    if (limits) checkLimits(basename(file), facts, limits);
    return facts;
  } catch (error) {
    if (!timeout.aborted || signal?.aborted) throw error;
    const message = `"${basename(file)}" could not be examined within ${timeoutMs / 1000} s.`;
    throw new MediaError('PROBE_TIMEOUT', message, { cause: error });
  }
}

/** Still pictures (HEIC, AVIF) come in the same container as mp4 and tell themselves by brand. */
const STILL_PICTURE = /^(avif|heic|heix|mif1|miaf)/;

async function examine(file: string, options: StartOptions & { signal: AbortSignal }): Promise<VideoFacts> {
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
  const { report, film } = await findTracks(file, options);
  const facts = toFacts(report, film, (await timingOf(file, report, film, options)) ?? NO_TIMING);
  if (!facts?.duration) {
    throw new MediaError(
      'NOT_A_VIDEO',
      `"${name}" looks like a video file, but no picture in it can be read.`,
    );
  }
  return facts;
}

const NO_TIMING = { frameRate: { num: 25, den: 1 }, variableFrameRate: false, duration: 0 };

async function timingOf(file: string, report: Report, film: Stream, options: StartOptions) {
  const container = report.format.format_name;
  if (!clockMayJump(report)) {
    const declared = declaredTiming(film, container);
    if (declared) return declared;
  }
  const packets = await scanPackets(file, film.index, clockMayJump(report), options);
  const average = parseRational(film.avg_frame_rate);
  const length = packets.span + (average ? 1 / toNumber(average) : 0);
  return (packets.count > 0 && declaredTiming(film, container, length)) || measuredTiming(packets);
}

/** Whether the container's clock may start over in the middle, as in recordings that were joined. */
export function clockMayJump(report: Report): boolean {
  return report.format.format_name === 'mpegts';
}

/**
 * Where ffmpeg's clock is 0 when it reads some tracks of a file, in seconds by the file's own clock: at the earliest
 * timestamp of the file or, where the clock may jump, of those tracks alone.
 */
export function clockStart(report: Report, tracks: readonly Stream[]): number {
  if (!clockMayJump(report)) return report.format.start_time;
  return Math.min(...tracks.map(({ start_time }) => start_time));
}

/** What ffprobe reports of a file, and which of its tracks is the film. */
export interface Tracks {
  readonly report: Report;
  readonly film: Stream;
}

/**
 * The tracks of a file.
 * @throws MediaError NO_VIDEO_STREAM, and what `inspect` throws
 */
export async function findTracks(file: string, options: StartOptions): Promise<Tracks> {
  const report = await inspect(file, options);
  const [film, other] = videoTracks(report);
  if (film && !other) return { report, film };
  if (film) {
    // Which of several is a still, their packets show for sure.
    const counted = await inspect(file, options, ['-count_packets']);
    const packets = new Map(
      counted.streams.map(({ index, nb_read_packets = 0 }) => [index, nb_read_packets]),
    );
    return { report, film: videoTracks(report, packets)[0] ?? film };
  }
  const found = soundTracks(report).length > 0 ? 'sound but no moving picture' : 'no moving picture';
  throw new MediaError(
    'NO_VIDEO_STREAM',
    `"${basename(file)}" holds ${found}; a file with a video track is needed.`,
  );
}

/** What ffprobe reports of a file that may be anything. */
async function inspect(file: string, options: StartOptions, more: readonly string[] = []): Promise<Report> {
  const entries = [...more, '-show_format', '-show_streams', '-of', 'json'];
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

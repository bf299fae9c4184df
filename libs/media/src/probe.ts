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
  /** Time limit in milliseconds, PROBE_TIMEOUT_MS by default. */
  readonly timeoutMs?: number;
  /** Limits on the video; none by default. */
  readonly limits?: MediaLimits;
}

/** Default time limit in milliseconds. A file that does not declare its length must be read completely. */
const PROBE_TIMEOUT_MS = 60_000;

/**
 * Reads the properties of a video from the content of a file; its name does not matter.
 *
 * @throws MediaError EMPTY_FILE, NOT_A_VIDEO, NO_VIDEO_STREAM, TRUNCATED (an mp4 without its index), PROBE_TIMEOUT,
 *         FFMPEG_KILLED, or the code of the exceeded limit; the reason of `signal` when aborted; the file system's error
 *         if the file cannot be read
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
    const message = `"${basename(file)}" could not be inspected within ${timeoutMs / 1000} s.`;
    throw new MediaError('PROBE_TIMEOUT', message, { cause: error });
  }
}

/** Brands of still images (HEIC, AVIF), which share the container of mp4. */
const STILL_IMAGE = /^(avif|heic|heix|mif1|miaf)/;

async function examine(file: string, options: StartOptions & { signal: AbortSignal }): Promise<VideoFacts> {
  const name = basename(file);
  if ((await stat(file)).size === 0) {
    throw new MediaError('EMPTY_FILE', `"${name}" is empty: it has 0 bytes.`);
  }
  if (STILL_IMAGE.test((await mp4Brand(file)) ?? '')) {
    throw new MediaError('NOT_A_VIDEO', `"${name}" is a still image: upload a video file such as an mp4.`);
  }
  const { report, video } = await findTracks(file, options);
  const facts = toFacts(report, video, (await timingOf(file, report, video, options)) ?? NO_TIMING);
  if (!facts?.duration) {
    throw new MediaError('NOT_A_VIDEO', `"${name}" has a video track, but its frames cannot be read.`);
  }
  return facts;
}

const NO_TIMING = { frameRate: { num: 25, den: 1 }, variableFrameRate: false, duration: 0 };

async function timingOf(file: string, report: Report, video: Stream, options: StartOptions) {
  const container = report.format.format_name;
  if (!clockMayJump(report)) {
    const declared = declaredTiming(video, container);
    if (declared) return declared;
  }
  const packets = await scanPackets(file, video.index, clockMayJump(report), options);
  const average = parseRational(video.avg_frame_rate);
  const length = packets.span + (average ? 1 / toNumber(average) : 0);
  return (packets.count > 0 && declaredTiming(video, container, length)) || measuredTiming(packets);
}

/** Whether the container's clock may restart midway, as in joined recordings. */
export function clockMayJump(report: Report): boolean {
  return report.format.format_name === 'mpegts';
}

/**
 * Zero of ffmpeg's clock when it reads the given tracks, in seconds on the file's own clock: the earliest timestamp of
 * the file or, if the clock may jump, of these tracks.
 */
export function clockStart(report: Report, tracks: readonly Stream[]): number {
  if (!clockMayJump(report)) return report.format.start_time;
  return Math.min(...tracks.map(({ start_time }) => start_time));
}

/** ffprobe's report on a file, and its main video track. */
export interface Tracks {
  readonly report: Report;
  readonly video: Stream;
}

/**
 * Inspects a file and picks its main video track.
 * @throws MediaError NO_VIDEO_STREAM, and the errors of `inspect`
 */
export async function findTracks(file: string, options: StartOptions): Promise<Tracks> {
  const report = await inspect(file, options);
  const [video, other] = videoTracks(report);
  if (video && !other) return { report, video };
  if (video) {
    // Only the packet counts reliably show which track is a still.
    const counted = await inspect(file, options, ['-count_packets']);
    const packets = new Map(
      counted.streams.map(({ index, nb_read_packets = 0 }) => [index, nb_read_packets]),
    );
    return { report, video: videoTracks(report, packets)[0] ?? video };
  }
  const found = soundTracks(report).length > 0 ? 'sound but no video' : 'no video';
  throw new MediaError(
    'NO_VIDEO_STREAM',
    `"${basename(file)}" contains ${found}: upload a file with a video track.`,
  );
}

/**
 * ffprobe's report on an untrusted file.
 * @throws MediaError TRUNCATED, NOT_A_VIDEO or FFMPEG_KILLED
 */
async function inspect(file: string, options: StartOptions, more: readonly string[] = []): Promise<Report> {
  const entries = [...more, '-show_format', '-show_streams', '-of', 'json'];
  const ffprobe = start('ffprobe', [...entries, ...(await untrustedInput(file))], options);
  const [output, exit] = await Promise.all([text(ffprobe.stdout), ffprobe.exited]);
  options.signal?.throwIfAborted();
  checkNotKilled(file, exit);
  if (exit.code === 0) return Report.parse(JSON.parse(output));
  const name = basename(file);
  const cause = new Error(exit.lastError);
  if (await mp4Brand(file)) {
    const message = `"${name}" is cut off or damaged: its index cannot be read. Upload the whole file again.`;
    throw new MediaError('TRUNCATED', message, { cause });
  }
  throw notAVideo(file, cause);
}

/** Brand in the `ftyp` box of an mp4, mov or similar file (ISO 14496-12); undefined for other files. */
async function mp4Brand(file: string): Promise<string | undefined> {
  const start = (await readHead(file)).toString('latin1', 4, 12);
  return start.startsWith('ftyp') ? start.slice(4) : undefined;
}

import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
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
import { start, untrustedInput } from './ffmpeg';

export interface ProbeOptions {
  readonly signal?: AbortSignal;
  /** Longest time to spend on the file, by default 60 s. */
  readonly timeoutMs?: number;
}

/**
 * Looks at a file and says what video it holds. The content decides, never the name.
 *
 * @throws MediaError EMPTY_FILE, NOT_A_VIDEO, NO_VIDEO_STREAM, TRUNCATED (an mp4 without its index) or PROBE_TIMEOUT;
 *         the reason of `signal` when aborted; the file system's error where the file cannot be reached
 */
export async function probe(
  file: string,
  { signal, timeoutMs = 60_000 }: ProbeOptions = {},
): Promise<VideoFacts> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await look(file, signal ? AbortSignal.any([signal, timeout]) : timeout);
  } catch (error) {
    if (!timeout.aborted || signal?.aborted) throw error;
    const message = `"${basename(file)}" could not be examined within ${timeoutMs / 1000} s.`;
    throw new MediaError('PROBE_TIMEOUT', message, { cause: error });
  }
}

/** Still pictures (HEIC, AVIF) come in the same container as mp4 and tell themselves by brand. */
const STILL_PICTURE = /^(avif|heic|heix|mif1|miaf)/;

async function look(file: string, signal: AbortSignal): Promise<VideoFacts> {
  const name = basename(file);
  if ((await stat(file)).size === 0)
    throw new MediaError('EMPTY_FILE', `"${name}" is empty: it has no bytes at all.`);
  const report = await inspect(file, signal);
  const stream = videoStream(report);
  if (STILL_PICTURE.test(report.format.tags.major_brand ?? '')) {
    throw new MediaError(
      'NOT_A_VIDEO',
      `"${name}" is a still picture; a video file such as an mp4 is needed.`,
    );
  }
  if (!stream) {
    const found = audioStream(report) ? 'sound but no moving picture' : 'no moving picture';
    throw new MediaError('NO_VIDEO_STREAM', `"${name}" holds ${found}; a file with a video track is needed.`);
  }
  const timing =
    declaredTiming(stream, report.format.format_name) ?? measuredTiming(await scanPackets(file, signal));
  const facts = timing && toFacts(report, stream, timing);
  if (!facts) {
    throw new MediaError(
      'NOT_A_VIDEO',
      `"${name}" looks like a video file, but no picture in it can be read.`,
    );
  }
  return facts;
}

/** What ffprobe reports of a file that may be anything. */
export async function inspect(file: string, signal?: AbortSignal): Promise<Report> {
  const entries = ['-show_format', '-show_streams', '-of', 'json'];
  const ffprobe = start('ffprobe', [...entries, ...untrustedInput(file)], signal);
  const [output, exit] = await Promise.all([text(ffprobe.stdout), ffprobe.exited]);
  signal?.throwIfAborted();
  const name = basename(file);
  if (exit.code === 0) return Report.parse(JSON.parse(output));
  if (exit.stderr.includes('moov atom not found') && (await isMp4(file))) {
    throw new MediaError(
      'TRUNCATED',
      `"${name}" is cut off: the index at its end is missing. Upload the whole file again.`,
    );
  }
  const message = `"${name}" is not a video that can be read; an mp4, mov, mkv, webm, avi, ts or flv file is needed.`;
  throw new MediaError('NOT_A_VIDEO', message, { cause: new Error(exit.complaint) });
}

/** True for a file that begins like an mp4 or mov (ISO 14496-12: a `ftyp` box first), whatever is left of it. */
async function isMp4(file: string): Promise<boolean> {
  const start = await readFirst(file, 8);
  return start.toString('latin1', 4) === 'ftyp';
}

async function readFirst(file: string, bytes: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Reads the file once, without decoding, to count the frames and see when they are shown. */
async function scanPackets(file: string, signal: AbortSignal) {
  const entries = ['-select_streams', 'V:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'];
  const ffprobe = start('ffprobe', [...entries, ...untrustedInput(file)], signal);
  const packets = { count: 0, first: Infinity, last: -Infinity };
  for await (const line of createInterface({ input: ffprobe.stdout })) {
    const time = Number.parseFloat(line);
    if (Number.isNaN(time)) continue;
    packets.count++;
    packets.first = Math.min(packets.first, time);
    packets.last = Math.max(packets.last, time);
  }
  await ffprobe.exited;
  signal.throwIfAborted();
  return packets;
}

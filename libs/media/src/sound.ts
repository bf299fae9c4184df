import { stat } from 'node:fs/promises';
import type { Report, Stream } from './facts';
import { fileArgument, start, untrustedInput, type StartOptions } from './ffmpeg';
import type { MediaLimits } from './limits';
import { clockMayJump, clockStart, type Tracks } from './probe';
import type { Timeline } from './timeline';
import { durationTag, soundTracks } from './tracks';
import type { MediaWarning } from './warnings';

export interface SoundOptions {
  /** The FLAC file to write. */
  readonly target: string;
  readonly timeline: Timeline;
  /** As returned by `splitFrames`. */
  readonly tracks: Tracks;
  readonly signal?: AbortSignal;
  readonly limits?: MediaLimits;
}

/** Sample rates that every MP3 and AAC decoder plays, with a short encoder delay. */
const RATES = [44_100, 48_000];

/** Gaps in the timestamps from this length on, in seconds, are filled with silence; shorter ones are jitter. */
const MIN_GAP = 0.03;

/** Sound may outlast the video by the length of the video, or by this many seconds if that is longer. */
const MIN_OVERRUN = 60;

/**
 * Writes the sound of a video, aligned to its timeline: second 0 of the file is output frame 0, gaps are silent. Uses
 * the first sound track that decodes. Problems with sound become warnings and never fail the job.
 *
 * @returns whether there is sound, and warnings for the user
 * @throws the reason of `signal` when aborted
 */
export async function extractSound(
  file: string,
  { target, timeline, tracks: { report, video }, signal, limits }: SoundOptions,
): Promise<{ sound: boolean; warnings: MediaWarning[] }> {
  const bounds = { signal, memoryMb: limits?.FFMPEG_MEMORY_MB };
  if (!report.streams.some(({ codec_type }) => codec_type === 'audio')) return { sound: false, warnings: [] };
  let problem = 'ffmpeg has no decoder for it';
  const longest = timeline.duration + Math.max(MIN_OVERRUN, timeline.duration);
  for (const track of soundTracks(report)) {
    const begins = track.start_time - video.start_time;
    if (!clockMayJump(report) && begins > timeline.duration) {
      problem = `it starts ${begins.toFixed(0)} s into the video, after the last frame`;
      continue;
    }
    const failure = await extract(file, report, video, track, { target, timeline, longest }, bounds);
    signal?.throwIfAborted();
    if (failure === undefined)
      return { sound: true, warnings: clockMayJump(report) ? [] : cut(track, longest) };
    problem = failure;
  }
  const message = `The outputs have no sound: the source has a sound track, but ${problem}.`;
  return { sound: false, warnings: [{ code: 'SOUND_MISSING', message }] };
}

function cut(track: Stream, longest: number): MediaWarning[] {
  const duration = track.duration ?? durationTag(track) ?? 0;
  if (duration <= longest) return [];
  const message = `The sound is ${duration.toFixed(0)} s long and was cut after ${longest.toFixed(0)} s, long after the last frame.`;
  return [{ code: 'SOUND_CUT', message }];
}

/** @returns why no sound could be extracted; undefined on success */
async function extract(
  file: string,
  report: Report,
  video: Stream,
  track: Stream,
  { target, timeline, longest }: { target: string; timeline: Timeline; longest: number },
  bounds: StartOptions,
): Promise<string | undefined> {
  const { index, sample_rate = 0 } = track;
  const tracks = clockMayJump(report) ? [video, track] : [track];
  const origin = timeline.origin + clockStart(report, [video]) - clockStart(report, tracks);
  const rate = RATES.find((one) => one === sample_rate) ?? 48_000;
  const filters = [
    `aresample=${rate}:async=1:min_hard_comp=${MIN_GAP}:first_pts=0`,
    'aformat=sample_fmts=s16:channel_layouts=stereo|mono', // players do not expect more channels
  ];
  const { exited } = start(
    'ffmpeg',
    [
      ...['-itsoffset', (-origin).toFixed(6), ...(await untrustedInput(file))],
      ...['-map', `0:${index}`, '-t', longest.toFixed(3), '-af', filters.join(','), '-c:a', 'flac'],
      ...['-f', 'flac', '-y', fileArgument(target)],
      // ffmpeg joins the parts of a jumping clock by the tracks that it reads, so read the video as splitFrames does.
      ...(clockMayJump(report) ? ['-map', `0:${video.index}`, '-c', 'copy', '-f', 'null', '-'] : []),
    ],
    bounds,
  );
  const { code } = await exited;
  if (code !== 0) return 'it could not be decoded';
  return (await stat(target)).size > EMPTY_FLAC ? undefined : 'none of it could be decoded';
}

/** A FLAC file of this size, in bytes, has headers but no samples. */
const EMPTY_FLAC = 8400;

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
  /** As `splitFrames` found them. */
  readonly tracks: Tracks;
  readonly signal?: AbortSignal;
  readonly limits?: MediaLimits;
}

/** Rates that every MP3 and AAC decoder plays, and whose encoder delay is short. */
const RATES = [44_100, 48_000];

/** Seconds of a gap in the timestamps that are filled with silence; shorter ones are jitter. */
const GAP = 0.03;

/** Sound may outlast the picture by its length again, or by so many seconds. */
const OUTLASTS = 60;

/**
 * Writes the sound of a video onto its timeline: second 0 of the file is output frame 0, gaps are silent. The first
 * track that decodes is taken; what is wrong with sound never fails the job.
 *
 * @returns whether there is sound, and what to tell the user
 * @throws the reason of `signal` when aborted
 */
export async function extractSound(
  file: string,
  { target, timeline, tracks: { report, film }, signal, limits }: SoundOptions,
): Promise<{ sound: boolean; warnings: MediaWarning[] }> {
  const bounds = { signal, memoryMb: limits?.FFMPEG_MEMORY_MB };
  if (!report.streams.some(({ codec_type }) => codec_type === 'audio')) return { sound: false, warnings: [] };
  let problem = 'no decoder is known for it';
  const longest = timeline.duration + Math.max(OUTLASTS, timeline.duration);
  for (const track of soundTracks(report)) {
    const begins = track.start_time - film.start_time;
    if (!clockMayJump(report) && begins > timeline.duration) {
      problem = `it starts ${begins.toFixed(0)} s after the picture, which has ended by then`;
      continue;
    }
    const failure = await extract(file, report, film, track, { target, timeline, longest }, bounds);
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
  const message = `The sound is ${duration.toFixed(0)} s long and was cut after ${longest.toFixed(0)} s, long after the picture.`;
  return [{ code: 'SOUND_CUT', message }];
}

/** @returns why there is no sound, or undefined */
async function extract(
  file: string,
  report: Report,
  film: Stream,
  track: Stream,
  { target, timeline, longest }: { target: string; timeline: Timeline; longest: number },
  bounds: StartOptions,
): Promise<string | undefined> {
  const { index, sample_rate = 0 } = track;
  const tracks = clockMayJump(report) ? [film, track] : [track];
  const origin = timeline.origin + clockStart(report, [film]) - clockStart(report, tracks);
  const rate = RATES.find((one) => one === sample_rate) ?? 48_000;
  const filters = [
    `aresample=${rate}:async=1:min_hard_comp=${GAP}:first_pts=0`,
    'aformat=sample_fmts=s16:channel_layouts=stereo|mono', // more channels than players expect are mixed
  ];
  const { exited } = start(
    'ffmpeg',
    [
      ...['-itsoffset', (-origin).toFixed(6), ...(await untrustedInput(file))],
      ...['-map', `0:${index}`, '-t', longest.toFixed(3), '-af', filters.join(','), '-c:a', 'flac'],
      ...['-f', 'flac', '-y', fileArgument(target)],
      // Where the clock jumps, ffmpeg joins what comes first; the picture has to be among it, as in splitFrames.
      ...(clockMayJump(report) ? ['-map', `0:${film.index}`, '-c', 'copy', '-f', 'null', '-'] : []),
    ],
    bounds,
  );
  const { code, complaint } = await exited;
  if (code !== 0) return `it could not be decoded (ffmpeg: ${complaint || 'it was stopped'})`;
  return (await stat(target)).size > EMPTY_FLAC ? undefined : 'it holds nothing that decodes';
}

/** More bytes than the headers of a FLAC file without samples. */
const EMPTY_FLAC = 8400;

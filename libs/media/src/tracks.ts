import type { Report, Stream } from './facts';

/** Dispositions of images that accompany the video, such as cover art and thumbnails. */
const STILL_MARKS = ['attached_pic', 'timed_thumbnails', 'still_image'];

/**
 * Candidates for the main video track, most likely first: videos before stills, then by default flag, length and size.
 * @param packets packet counts by stream index, if they were counted
 */
export function videoTracks(report: Report, packets?: ReadonlyMap<number, number>): Stream[] {
  const isMoving = (stream: Stream) => (packets?.get(stream.index) ?? stream.nb_frames ?? 2) > 1;
  const length = (stream: Stream) =>
    stream.duration ?? durationTag(stream) ?? packets?.get(stream.index) ?? 0;
  const size = ({ width = 0, height = 0 }: Stream) => width * height;
  return report.streams
    .filter(
      ({ codec_type, disposition }) =>
        codec_type === 'video' && !STILL_MARKS.some((mark) => disposition[mark]),
    )
    .sort(
      (a, b) =>
        Number(isMoving(b)) - Number(isMoving(a)) ||
        (b.disposition['default'] ?? 0) - (a.disposition['default'] ?? 0) ||
        length(b) - length(a) ||
        size(b) - size(a) ||
        a.index - b.index,
    );
}

/** The sound tracks that ffmpeg can decode, in file order. */
export function soundTracks(report: Report): Stream[] {
  return report.streams.filter(
    ({ codec_type, codec_name, sample_rate }) => codec_type === 'audio' && codec_name && sample_rate,
  );
}

/** Length in seconds from Matroska's tag, which holds the end time of the stream (`00:01:02.500000000`). */
export function durationTag({ tags, start_time }: Stream): number | undefined {
  const [hours, minutes, seconds] = (tags?.DURATION ?? '').split(':').map(Number);
  if (hours === undefined || minutes === undefined || seconds === undefined) return undefined;
  const duration = hours * 3600 + minutes * 60 + seconds - start_time;
  return duration > 0 ? duration : undefined;
}

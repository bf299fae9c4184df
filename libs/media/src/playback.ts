import { HDR } from './colour';
import type { Container } from './container';
import type { Report, Stream } from './facts';
import type { Packets } from './packets';
import { toNumber } from './rational';
import type { Plan } from './timeline';
import { soundTracks } from './tracks';

/**
 * What browsers play so that output frame n is at n / frameRate: the `source` itself, or a `copy` as H.264 in an MP4.
 */
export type Playback = 'source' | 'copy';

/** Containers and their codecs that current browsers play (https://developer.mozilla.org/docs/Web/Media/Guides/Formats). */
const VIDEO_CODECS: Partial<Record<Container | 'webm', readonly string[]>> = {
  mov: ['h264', 'vp9', 'av1'],
  webm: ['vp8', 'vp9', 'av1'],
};
const SOUND_CODECS: typeof VIDEO_CODECS = {
  mov: ['aac', 'mp3', 'flac', 'opus'],
  webm: ['opus', 'vorbis'],
};

/** Eight bits per sample in 4:2:0. */
const PIXEL_FORMATS = ['yuv420p', 'yuvj420p'];

/** Largest distance of a frame from its slot, in frames: beyond half a frame, a player would show another one. */
const MAX_SHIFT = 0.25;

interface Decoded {
  readonly report: Report;
  readonly video: Stream;
  readonly packets: Packets;
  readonly plan: Plan;
  /** When the first frame is shown, in seconds on the file's own clock. */
  readonly start: number;
  /** Whether decoding had anything to report. */
  readonly flawless: boolean;
}

/**
 * Decides what browsers play. The source only if its frames are exactly the output frames, at the same times.
 * @param container of the source; `webm` is Matroska with that document type
 */
export function choosePlayback(container: Container | 'webm' | undefined, decoded: Decoded): Playback {
  const { report, video, packets, plan, start, flawless } = decoded;
  const { timeline, shift } = plan;
  const tolerance = MAX_SHIFT / toNumber(timeline.frameRate);
  const { codec_name = '', pix_fmt = '', field_order = 'progressive', color_transfer = '' } = video;
  const [sound] = soundTracks(report);
  const playable =
    container !== undefined &&
    (VIDEO_CODECS[container] ?? []).includes(codec_name) &&
    PIXEL_FORMATS.includes(pix_fmt) &&
    ['progressive', 'unknown'].includes(field_order) &&
    !HDR.includes(color_transfer) &&
    (!sound || (SOUND_CODECS[container] ?? []).includes(sound.codec_name ?? ''));
  const exact =
    flawless &&
    timeline.repeatedFrames === 0 &&
    packets.cut === 0 &&
    packets.count === timeline.frames &&
    shift <= tolerance &&
    Math.abs(start) <= tolerance;
  return playable && exact ? 'source' : 'copy';
}

import type { Packets } from './packets';
import type { Plan } from './timeline';
import { toNumber } from './rational';

/** A non-fatal problem with a video that the user should know about. */
export interface MediaWarning {
  /** Stable and machine-readable. */
  readonly code:
    | 'START_UNDECODABLE'
    | 'END_UNDECODABLE'
    | 'FRAMES_DAMAGED'
    | 'CLOCK_JUMPS'
    | 'FRAMES_MOVED'
    | 'SOUND_MISSING'
    | 'SOUND_CUT';
  /** One sentence; for people. */
  readonly message: string;
}

/** Result of decoding a video. */
export interface Decoded {
  readonly plan: Plan;
  readonly packets: Packets;
  /** Zero of the decoded times, in seconds on the file's own clock. */
  readonly clockStart: number;
  /** When the last decoded frame is shown, in seconds after `clockStart`. */
  readonly last: number;
  /** Last error line of ffmpeg; empty if there was none. */
  readonly lastError: string;
}

/** Seconds that may be missing at either end without a warning: recordings rarely begin with a key frame. */
const MAX_SILENT_GAP_S = 0.2;

/** Shift of a frame, in seconds, that needs no warning (the limit of ITU-R BT.1359 for sound). */
const MAX_SHIFT = 0.045;

/** Seconds at the start and the end for which packets exist but do not decode. */
export function undecodedEnds({ plan, packets, clockStart, last }: Decoded): { start: number; end: number } {
  const start = plan.timeline.origin - (packets.first - clockStart);
  const end = packets.span - (last - plan.timeline.origin) - Math.max(0, start);
  return { start: Math.max(0, start), end: Math.max(0, end) };
}

/** Warnings for the user about a decoded video. */
export function decodingWarnings(decoded: Decoded): MediaWarning[] {
  const { plan, packets, lastError } = decoded;
  const { timeline } = plan;
  const rate = toNumber(timeline.frameRate);
  const { start, end } = undecodedEnds(decoded);
  const warnings: MediaWarning[] = [];
  if (start > MAX_SILENT_GAP_S) {
    warnings.push({
      code: 'START_UNDECODABLE',
      message: `The first ${seconds(start)} could not be decoded.`,
    });
  }
  if (end > MAX_SILENT_GAP_S) {
    warnings.push({
      code: 'END_UNDECODABLE',
      message: `The last ${seconds(end)} could not be decoded.`,
    });
  }
  const lost = packets.count - timeline.sourceFrames - Math.round((start + end) * rate);
  const repeats = Math.min(lost, timeline.repeatedFrames);
  if (lastError && repeats > 0) {
    const what = repeats === 1 ? '1 frame was' : `${repeats} frames were`;
    warnings.push({
      code: 'FRAMES_DAMAGED',
      message: `${what} damaged and replaced by the previous frame.`,
    });
  } else if (lastError && start <= MAX_SILENT_GAP_S && end <= MAX_SILENT_GAP_S) {
    warnings.push({
      code: 'FRAMES_DAMAGED',
      message: 'Parts of the video are damaged; frames may show errors.',
    });
  }
  if (packets.jumps.length > 0) {
    const [first = 0] = packets.jumps;
    const others = packets.jumps.length - 1;
    const more = others > 0 ? ` and at ${others} more ${others === 1 ? 'point' : 'points'}` : '';
    warnings.push({
      code: 'CLOCK_JUMPS',
      message: `Timestamps jump at ${seconds(first)}${more}; the parts were joined without a gap.`,
    });
  }
  if (plan.shift > MAX_SHIFT) {
    warnings.push({
      code: 'FRAMES_MOVED',
      message: `Frame times vary so much that some frames are shown up to ${seconds(plan.shift)} early or late.`,
    });
  }
  return warnings;
}

function seconds(value: number): string {
  return `${value < 0.1 ? value.toFixed(2) : value.toFixed(1)} s`;
}

import type { Packets } from './packets';
import type { Plan } from './timeline';
import { toNumber } from './rational';

/** Something about a video that did not stop the work on it, and that its user should know. */
export interface MediaWarning {
  /** Stable, for programs. */
  readonly code:
    | 'START_UNDECODABLE'
    | 'END_UNDECODABLE'
    | 'FRAMES_DAMAGED'
    | 'CLOCK_JUMPS'
    | 'FRAMES_MOVED'
    | 'SOUND_MISSING'
    | 'SOUND_CUT';
  /** One sentence, for people. */
  readonly message: string;
}

/** What decoding a video has shown. */
export interface Decoded {
  readonly plan: Plan;
  readonly packets: Packets;
  /** What decoded times are counted from, in seconds by the file's own clock. */
  readonly clockStart: number;
  /** When the last decoded picture is shown, in seconds after `clockStart`. */
  readonly last: number;
  /** What ffmpeg complained of last; empty for nothing. */
  readonly complaint: string;
}

/** Seconds that may be missing at either end without a word: recordings seldom begin with a key frame. */
const UNIMPORTANT = 0.2;

/** Seconds by which a frame may be moved in time without a word (ITU-R BT.1359's limit for sound). */
const MOVED = 0.045;

/** Seconds of picture at the start and the end for which packets exist that do not decode. */
export function undecodedEnds({ plan, packets, clockStart, last }: Decoded): { start: number; end: number } {
  const start = plan.timeline.origin - (packets.first - clockStart);
  const end = packets.span - (last - plan.timeline.origin) - Math.max(0, start);
  return { start: Math.max(0, start), end: Math.max(0, end) };
}

/** What to tell of a video that was decoded. */
export function decodingWarnings(decoded: Decoded): MediaWarning[] {
  const { plan, packets, complaint } = decoded;
  const { timeline } = plan;
  const rate = toNumber(timeline.frameRate);
  const { start, end } = undecodedEnds(decoded);
  const warnings: MediaWarning[] = [];
  if (start > UNIMPORTANT) {
    warnings.push({
      code: 'START_UNDECODABLE',
      message: `The first ${seconds(start)} could not be decoded.`,
    });
  }
  if (end > UNIMPORTANT) {
    warnings.push({
      code: 'END_UNDECODABLE',
      message: `The last ${seconds(end)} could not be decoded.`,
    });
  }
  const lost = packets.count - timeline.sourceFrames - Math.round((start + end) * rate);
  const repeats = Math.min(lost, timeline.repeatedFrames);
  if (complaint && repeats > 0) {
    const what =
      repeats === 1
        ? '1 frame was damaged and repeats its'
        : `${repeats} frames were damaged and repeat their`;
    warnings.push({ code: 'FRAMES_DAMAGED', message: `${what} predecessor.` });
  } else if (complaint && start <= UNIMPORTANT && end <= UNIMPORTANT) {
    warnings.push({
      code: 'FRAMES_DAMAGED',
      message: `Parts of the video are damaged; frames may show errors (ffmpeg: ${complaint}).`,
    });
  }
  if (packets.jumps.length > 0) {
    const [first = 0] = packets.jumps;
    const more = packets.jumps.length > 1 ? ` and ${packets.jumps.length - 1} more times` : '';
    warnings.push({
      code: 'CLOCK_JUMPS',
      message: `Timestamps jump at ${seconds(first)}${more}; the parts were joined without a gap.`,
    });
  }
  if (plan.shift > MOVED) {
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

/** Stable names of what can be wrong with a video, or with working on it. */
export type MediaErrorCode =
  | 'EMPTY_FILE'
  | 'NOT_A_VIDEO'
  | 'NO_VIDEO_STREAM'
  | 'TOO_MANY_PIXELS'
  | 'FRAME_RATE_TOO_HIGH'
  | 'TOO_LONG'
  | 'TOO_MANY_FRAMES'
  | 'TRUNCATED'
  | 'DECODE_FAILED'
  | 'NO_FRAMES'
  | 'ENCODE_FAILED'
  | 'PROBE_TIMEOUT'
  | 'OUT_OF_TIME'
  | 'FFMPEG_KILLED'
  | 'FFMPEG_NOT_RUNNABLE';

/** What may go better another time. */
const OUR_FAULTS: readonly MediaErrorCode[] = [
  'ENCODE_FAILED',
  'PROBE_TIMEOUT',
  'OUT_OF_TIME',
  'FFMPEG_KILLED',
  'FFMPEG_NOT_RUNNABLE',
];

/** Something about a video, or about ffmpeg's work on it, that its user can be told in these words. */
export class MediaError extends Error {
  override readonly name = 'MediaError';

  constructor(
    readonly code: MediaErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether the file is at fault, so that trying again is of no use. */
  get inputFault(): boolean {
    return !OUR_FAULTS.includes(this.code);
  }
}

import { CANCELLED_STATUS, COMPLETE_STATUS, STATUSES, isError, runningStage, type Status } from '#jobs';

/** How far a job is, as people see it. */
export const STATES = ['waiting', 'working', 'done', 'failed', 'cancelled'] as const;
export type State = (typeof STATES)[number];

/** A status as a person reads it. */
export const WORDS: Readonly<Record<Status, string>> = {
  ENQUEUE: 'Waiting for its turn',
  PREPROCESSING: 'Taking the video apart',
  PREPROCESSING_COMPLETE: 'Waiting to be looked at',
  INFERENCING: 'Looking for objects',
  INFERENCING_COMPLETE: 'Waiting to be drawn',
  POSTPROCESSING: 'Drawing the boxes',
  POSTPROCESSING_COMPLETE: 'Done',
  ENQUEUE_ERROR: 'Could not be queued',
  FRAME_CONVERT_ERROR: 'Could not be taken apart',
  INFERENCING_ERROR: 'Could not be looked at',
  POSTPROCESSING_ERROR: 'Could not be drawn',
  CANCELLED: 'Cancelled',
};

/** Of a status that only others know, itself. */
export function wordsFor(status: string): string {
  return (WORDS as Readonly<Record<string, string | undefined>>)[status] ?? status;
}

export function stateOf(status: Status): State {
  if (status === COMPLETE_STATUS) return 'done';
  if (status === CANCELLED_STATUS) return 'cancelled';
  if (isError(status)) return 'failed';
  return runningStage(status) ? 'working' : 'waiting';
}

/** The statuses that people see as one. */
export function statusesIn(state: State): readonly Status[] {
  return STATUSES.filter((status) => stateOf(status) === state);
}

const CONVERT = 'Convert it to mp4 with another program, such as HandBrake, and upload that.';
const LIMITED = 'Cut or shrink the video, or ask whoever runs this server to raise the limit.';
const UPLOAD_AGAIN = 'Upload the video again.';

/** What to do about an error, by its code, where there is something better to say than to try again. */
const ADVICE: Readonly<Record<string, string>> = {
  EMPTY_FILE: UPLOAD_AGAIN,
  TRUNCATED: 'The file may not be whole: look whether it plays to its end, and upload it again.',
  NOT_A_VIDEO: CONVERT,
  NO_VIDEO_STREAM: CONVERT,
  DECODE_FAILED: CONVERT,
  NO_FRAMES: CONVERT,
  TOO_MANY_PIXELS: LIMITED,
  FRAME_RATE_TOO_HIGH: LIMITED,
  TOO_LONG: LIMITED,
  TOO_MANY_FRAMES: LIMITED,
  OUT_OF_TIME: LIMITED,
  SOURCE_MISSING: UPLOAD_AGAIN,
  MALFORMED_RECORD: UPLOAD_AGAIN,
  WORKER_KILLED: 'Retry it; if that ends the same way, the video may need more memory than there is.',
  CANCELLED: 'Retry it, and it goes on where it was.',
  VOLUME_FAULT: 'Delete jobs that are no longer needed, unless there is space soon.',
};

const RETRY = 'Retry it. If it fails again, the log of the service has the details.';

export function adviceFor(code: string): string {
  return ADVICE[code] ?? RETRY;
}

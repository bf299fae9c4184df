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

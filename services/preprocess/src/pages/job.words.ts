import { CANCELLED_STATUS, COMPLETE_STATUS, STATUSES, isError, runningStage, type Status } from '#jobs';

/** The states of a job that users see. */
export const STATES = ['waiting', 'working', 'done', 'failed', 'cancelled'] as const;
export type State = (typeof STATES)[number];

/** The text for each status. */
export const STATUS_TEXT: Readonly<Record<Status, string>> = {
  ENQUEUE: 'Queued',
  PREPROCESSING: 'Decoding',
  PREPROCESSING_COMPLETE: 'Queued for detection',
  INFERENCING: 'Detecting objects',
  INFERENCING_COMPLETE: 'Queued for annotation',
  POSTPROCESSING: 'Annotating',
  POSTPROCESSING_COMPLETE: 'Done',
  ENQUEUE_ERROR: 'Could not be queued',
  FRAME_CONVERT_ERROR: 'Decoding failed',
  INFERENCING_ERROR: 'Detection failed',
  POSTPROCESSING_ERROR: 'Annotation failed',
  CANCELLED: 'Cancelled',
};

/** The text for a status; unknown statuses are returned unchanged. */
export function statusText(status: string): string {
  return (STATUS_TEXT as Readonly<Record<string, string | undefined>>)[status] ?? status;
}

export function stateOf(status: Status): State {
  if (status === COMPLETE_STATUS) return 'done';
  if (status === CANCELLED_STATUS) return 'cancelled';
  if (isError(status)) return 'failed';
  return runningStage(status) ? 'working' : 'waiting';
}

/** The statuses that belong to a state. */
export function statusesIn(state: State): readonly Status[] {
  return STATUSES.filter((status) => stateOf(status) === state);
}

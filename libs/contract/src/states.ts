import { STATUSES, type Status } from './lifecycle';

/** The states of a job that users see. */
export const STATES = ['waiting', 'working', 'done', 'failed', 'cancelled'] as const;
export type State = (typeof STATES)[number];

const STATE_OF: Readonly<Record<Status, State>> = {
  ENQUEUE: 'waiting',
  PREPROCESSING: 'working',
  PREPROCESSING_COMPLETE: 'waiting',
  INFERENCING: 'working',
  INFERENCING_COMPLETE: 'waiting',
  POSTPROCESSING: 'working',
  POSTPROCESSING_COMPLETE: 'done',
  ENQUEUE_ERROR: 'failed',
  FRAME_CONVERT_ERROR: 'failed',
  INFERENCING_ERROR: 'failed',
  POSTPROCESSING_ERROR: 'failed',
  CANCELLED: 'cancelled',
};

export function stateOf(status: Status): State {
  return STATE_OF[status];
}

/** The statuses that belong to a state; a status is its own. */
export function statusesIn(choice: State | Status): readonly Status[] {
  return STATUSES.filter((status) => status === choice || STATE_OF[status] === choice);
}

/** Every status of a job in the order of its lifecycle; the last five are the error statuses and CANCELLED. */
export const STATUSES = [
  'ENQUEUE',
  'PREPROCESSING',
  'PREPROCESSING_COMPLETE',
  'INFERENCING',
  'INFERENCING_COMPLETE',
  'POSTPROCESSING',
  'POSTPROCESSING_COMPLETE',
  'ENQUEUE_ERROR',
  'FRAME_CONVERT_ERROR',
  'INFERENCING_ERROR',
  'POSTPROCESSING_ERROR',
  'CANCELLED',
] as const;
export type Status = (typeof STATUSES)[number];

/** The timestamps that the timeline records in a job. */
export const TIME_FIELDS = [
  'PROCESS_START',
  'PREPROCESSING_START',
  'PREPROCESSING_END',
  'INFERENCING_START',
  'INFERENCING_END',
  'POSTPROCESSING_START',
  'POSTPROCESSING_END',
  'PROCESS_END',
] as const;
export type TimeField = (typeof TIME_FIELDS)[number];

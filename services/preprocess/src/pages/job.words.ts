import type { Status } from '#jobs';

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

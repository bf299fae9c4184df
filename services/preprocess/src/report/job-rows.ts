import { labelsIn, type ReportQuery } from '#contract';
import type { Job } from '#jobs';

/** The columns of the report on many jobs. */
export const COLUMNS = ['job', 'filename', 'status', 'created', 'duration', 'class', 'detections', 'objects'];

const DAY_MS = 86_400_000;

/** The period that a query asks for. */
export function periodOf({ since, until }: ReportQuery): {
  since: Date | undefined;
  until: Date | undefined;
} {
  const isDate = until !== undefined && !until.includes('T');
  const end = until === undefined ? undefined : new Date(until);
  return {
    since: since === undefined ? undefined : new Date(since),
    until: isDate && end ? new Date(end.getTime() + DAY_MS) : end,
  };
}

/**
 * The rows of a job: one for each class, or one without a class if nothing was found or is known. `created` is when it was
 * uploaded, `duration` that of the video in seconds. What is not known is empty.
 */
export function rowsOf(job: Job, { classes }: ReportQuery): unknown[][] {
  const { _id, FILENAME, STATUS, PROCESS_START, video, detections } = job;
  const facts = [_id.toHexString(), FILENAME, STATUS, PROCESS_START?.toISOString(), video?.duration];
  const wanted = labelsIn(classes) ?? detections?.classes.map(({ label }) => label) ?? [];
  if (wanted.length === 0) return [[...facts, undefined, detections && 0, undefined]];
  const isTracked = detections?.classes.some(({ objects }) => objects !== undefined);
  return wanted.map((label) => {
    const found = detections?.classes.find((one) => one.label === label);
    const none = detections && 0;
    return [...facts, label, found ? found.count : none, found ? found.objects : isTracked && none];
  });
}

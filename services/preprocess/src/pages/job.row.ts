import {
  CANCELLABLE,
  COMPLETE_STATUS,
  RESTARTABLE,
  TIME_FIELDS,
  isError,
  isFinal,
  runningStage,
  type Job,
  type JobOptions,
} from '#jobs';

/** What the table shows of a time that is not known yet. */
const WAITING = 'WAITING..';

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });

/** A job as the result page shows it. */
export interface JobRow {
  readonly id: string;
  readonly filename: string;
  /** What was chosen for it; undefined in records that others made. */
  readonly options: string | undefined;
  readonly status: string;
  readonly times: readonly string[];
  readonly total: string;
  readonly progress: string | undefined;
  readonly error: string | undefined;
  readonly complete: boolean;
  readonly failed: boolean;
  readonly busy: boolean;
  readonly cancellable: boolean;
  readonly restartable: boolean;
}

export function toRow(job: Job): JobRow {
  const { progress } = job;
  return {
    id: job._id.toHexString(),
    filename: job.FILENAME,
    options: job.options && describeOptions(job.options),
    status: job.STATUS,
    times: TIME_FIELDS.map((field) => formatTime(job[field])),
    total: typeof job.TOTAL === 'number' ? formatDuration(job.TOTAL) : WAITING,
    progress:
      runningStage(job.STATUS) && progress?.total
        ? `${progress.done} of ${progress.total} frames`
        : undefined,
    error: job.error?.message,
    complete: job.STATUS === COMPLETE_STATUS,
    failed: isError(job.STATUS),
    busy: !isFinal(job.STATUS),
    cancellable: CANCELLABLE.includes(job.STATUS),
    restartable: RESTARTABLE.includes(job.STATUS),
  };
}

/** For example `ssdlite-mobilenetv2, score > 0.5, person, car, every 2nd frame`. */
export function describeOptions({ model, score, classes, frameStep }: JobOptions): string {
  const parts = [model, `score > ${score}`, ...classes];
  if (frameStep > 1) parts.push(`every ${ordinal(frameStep)} frame`);
  return parts.join(', ');
}

function ordinal(n: number): string {
  const suffix = { one: 'st', two: 'nd', few: 'rd' }[ORDINALS.select(n) as 'one'] as string | undefined;
  return `${n}${suffix ?? 'th'}`;
}

function formatTime(time: Date | undefined): string {
  return time ? time.toISOString().replace('T', ' ').replace('Z', '') : WAITING;
}

/** Hours, minutes, seconds and microseconds, as in `0:03:38.918000`. @param ms milliseconds, >= 0 */
export function formatDuration(ms: number): string {
  const total = Math.max(0, Math.round(ms));
  const pad = (value: number, digits: number) => String(value).padStart(digits, '0');
  const hours = Math.floor(total / 3_600_000);
  const minutes = pad(Math.floor(total / 60_000) % 60, 2);
  const seconds = pad(Math.floor(total / 1000) % 60, 2);
  return `${hours}:${minutes}:${seconds}.${pad(total % 1000, 3)}000`;
}

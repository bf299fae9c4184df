import { adviceFor, retryHelps } from '#errors';
import {
  CANCELLABLE,
  RESTARTABLE,
  TIMELINE,
  TIME_FIELDS,
  isFinal,
  runningStage,
  type Job,
  type JobDetections,
  type JobOptions,
  type Status,
} from '#jobs';
import { stateOf, type State } from '#contract';
import { formatCount, formatDuration, formatMoment, formatSeconds } from './durations';
import { statusText } from './job.words';
import { toStageBar, type StageBar } from './stage-bar';

/** Placeholder for a time that is not known yet. */
const WAITING = 'WAITING..';

/** Placeholder for a time that an ended job never reached. */
const NEVER = '-';

/** Placeholder for the name in foreign records without one: the link needs a text. */
const NAMELESS = '(no name)';

/** Classes named in a row of the table. */
const CLASSES_SHOWN = 3;

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });

/** A job as the pages show it. */
export interface JobView {
  readonly id: string;
  readonly filename: string;
  /** Undefined in records that another system created. */
  readonly options: string | undefined;
  readonly status: Status;
  readonly words: string;
  readonly state: State;
  readonly progress: Progress | undefined;
  readonly bar: StageBar;
  readonly times: readonly { readonly name: string; readonly time: string }[];
  /** In the format of the record, like the times. */
  readonly total: string;
  /** The same for people; undefined until the job is complete. */
  readonly totalTime: string | undefined;
  readonly uploaded: { readonly iso: string; readonly text: string } | undefined;
  /** Length of the video. */
  readonly length: string | undefined;
  readonly found: Found | undefined;
  readonly error: { readonly message: string; readonly advice: string } | undefined;
  readonly complete: boolean;
  readonly failed: boolean;
  readonly busy: boolean;
  readonly cancellable: boolean;
  readonly restartable: boolean;
  readonly hasThumbnail: boolean;
  /** Whether its video can be run again with other options. */
  readonly rerunnable: boolean;
}

interface Progress {
  readonly done: number;
  readonly total: number;
  readonly text: string;
}

/** What was detected, for example `120 detections` and `person 80, car 38 and 2 more classes`. */
interface Found {
  readonly total: string;
  readonly classes: string;
}

/** @param now in ms since 1970 */
export function toView(job: Job, now = Date.now()): JobView {
  const { STATUS, error } = job;
  const state = stateOf(STATUS);
  const busy = !isFinal(STATUS);
  const unknown = busy ? WAITING : NEVER;
  return {
    id: job._id.toHexString(),
    filename: job.FILENAME || NAMELESS,
    options: job.options && describeOptions(job.options),
    status: STATUS,
    words: statusText(STATUS),
    state,
    progress: progressOf(job, now),
    bar: toStageBar(job, now),
    times: TIME_FIELDS.map((name) => ({ name, time: formatTime(job[name], unknown) })),
    total: typeof job.TOTAL === 'number' ? formatDuration(job.TOTAL) : unknown,
    totalTime: typeof job.TOTAL === 'number' ? formatSeconds(job.TOTAL) : undefined,
    uploaded: job.PROCESS_START && {
      iso: job.PROCESS_START.toISOString(),
      text: formatMoment(job.PROCESS_START),
    },
    length: job.video && formatSeconds(job.video.duration * 1000),
    found: job.detections && toFound(job.detections),
    error: error && { message: error.message, advice: adviceFor(error.code) },
    complete: state === 'done',
    failed: state === 'failed',
    busy,
    cancellable: CANCELLABLE.includes(STATUS),
    restartable: RESTARTABLE.includes(STATUS) && (!error || retryHelps(error.code)),
    hasThumbnail: job.PREPROCESSING_END !== undefined,
    rerunnable: state === 'done' && job.video !== undefined,
  };
}

/** Progress of the running stage, with the time left at the current pace. */
function progressOf({ STATUS, progress, ...job }: Job, now: number): Progress | undefined {
  const stage = runningStage(STATUS);
  if (!stage || !progress?.total) return undefined;
  const { done, total } = progress;
  const [field] = TIMELINE[STATUS];
  const spent = field && job[field] ? now - job[field].getTime() : 0;
  const left =
    done > 0 && done < total && spent > 1000
      ? `, ${formatSeconds((spent / done) * (total - done))} left`
      : '';
  return { done, total, text: `${done} of ${total} frames${left}` };
}

function toFound({ total, classes }: JobDetections): Found {
  const shown = classes.slice(0, CLASSES_SHOWN).map(({ label, count, objects }) => {
    const distinct = objects === undefined ? '' : ` (${formatCount(objects, 'object')})`;
    return `${label} ${count}${distinct}`;
  });
  const others = classes.length - shown.length;
  const rest = others > 0 ? ` and ${others} more ${others === 1 ? 'class' : 'classes'}` : '';
  return {
    total: total === 0 ? 'No detections' : formatCount(total, 'detection'),
    classes: shown.join(', ') + rest,
  };
}

/** For example `ssdlite-mobilenetv2, score > 0.5, person, car, every 2nd frame`. */
export function describeOptions({ model, score, classes, frameStep }: JobOptions): string {
  const parts = [model, `score > ${score}`, ...classes];
  if (frameStep > 1) parts.push(describeFrameStep(frameStep));
  return parts.join(', ');
}

/** For example `every frame`, `every 3rd frame`. @param frameStep >= 1 */
export function describeFrameStep(frameStep: number): string {
  return frameStep === 1 ? 'every frame' : `every ${ordinal(frameStep)} frame`;
}

/** For example `on, objects leave after 60 frames, at least 5 detections`. */
export function describeTracking({
  tracking = 'off',
  trackBuffer,
  minLength,
}: Pick<JobOptions, 'tracking' | 'trackBuffer' | 'minLength'>): string {
  if (tracking === 'off') return 'off';
  const parts = ['on'];
  if (trackBuffer !== undefined) parts.push(`objects leave after ${formatCount(trackBuffer, 'frame')}`);
  if (minLength !== undefined) parts.push(`at least ${formatCount(minLength, 'detection')}`);
  return parts.join(', ');
}

function ordinal(n: number): string {
  const suffix = { one: 'st', two: 'nd', few: 'rd' }[ORDINALS.select(n) as 'one'] as string | undefined;
  return `${n}${suffix ?? 'th'}`;
}

function formatTime(time: Date | undefined, unknown: string): string {
  return time ? time.toISOString().replace('T', ' ').replace('Z', '') : unknown;
}

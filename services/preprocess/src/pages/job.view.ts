import { adviceFor } from '#errors';
import {
  CANCELLABLE,
  RESTARTABLE,
  TIMELINE,
  TIME_FIELDS,
  isFinal,
  runningStage,
  type Job,
  type JobOptions,
  type Status,
} from '#jobs';
import { formatDuration, formatSeconds } from './durations';
import { stateOf, statusText, type State } from './job.words';
import { toStageBar, type StageBar } from './stage-bar';

/** Placeholder for a time that is not known yet. */
const WAITING = 'WAITING..';

/** Placeholder for a time that an ended job never reached. */
const NEVER = '-';

/** Placeholder for the name in foreign records without one: the link needs a text. */
const NAMELESS = '(no name)';

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
  readonly total: string;
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
    error: error && { message: error.message, advice: adviceFor(error.code) },
    complete: state === 'done',
    failed: state === 'failed',
    busy,
    cancellable: CANCELLABLE.includes(STATUS),
    restartable: RESTARTABLE.includes(STATUS),
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

function ordinal(n: number): string {
  const suffix = { one: 'st', two: 'nd', few: 'rd' }[ORDINALS.select(n) as 'one'] as string | undefined;
  return `${n}${suffix ?? 'th'}`;
}

function formatTime(time: Date | undefined, unknown: string): string {
  return time ? time.toISOString().replace('T', ' ').replace('Z', '') : unknown;
}

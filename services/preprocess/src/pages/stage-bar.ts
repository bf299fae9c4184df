import { STAGES, STAGE_NAMES, TIMELINE, isFinal, type Job, type StageName, type TimeField } from '#jobs';
import { formatSeconds } from './durations';

/** A part of a job's time: a stage running, or the job waiting for it. */
interface Segment {
  readonly stage: StageName;
  readonly waiting: boolean;
  /** In thousandths of the total time. */
  readonly x: number;
  readonly width: number;
  /** For example `frames 3.1 s`. */
  readonly text: string;
}

/** How a job spent its time, from its start to its end, or to now. */
export interface StageBar {
  readonly segments: readonly Segment[];
  /** Text alternative of the bar. */
  readonly text: string;
}

/** The output of each stage. */
const OUTPUTS: Readonly<Record<StageName, string>> = {
  preprocess: 'frames',
  infer: 'detection',
  postprocess: 'video',
};

/** @param now in ms since 1970; the end of the bar while the job has not ended */
export function toStageBar(job: Job, now: number): StageBar {
  const begin = job.PROCESS_START?.getTime();
  if (begin === undefined) return { segments: [], text: '' };
  // A retried job keeps the error of its last attempt.
  const ended = isFinal(job.STATUS) ? (job.PROCESS_END ?? job.error?.at) : undefined;
  const end = Math.max(begin, ended?.getTime() ?? now);
  const share = (ms: number) => Math.round((1000 * ms) / Math.max(1, end - begin));
  const segments: Segment[] = [];
  let at = begin;
  const add = (stage: StageName, waiting: boolean, until: number) => {
    const ms = until - at;
    if (ms <= 0) return;
    const text = `${waiting ? 'waiting for ' : ''}${OUTPUTS[stage]} ${formatSeconds(ms)}`;
    segments.push({ stage, waiting, x: share(at - begin), width: Math.max(1, share(ms)), text });
    at = until;
  };
  for (const stage of STAGE_NAMES) {
    const [start, done] = [timeOf(job, STAGES[stage].running), timeOf(job, STAGES[stage].done)];
    add(stage, true, Math.min(end, start ?? end));
    if (start === undefined) break;
    add(stage, false, Math.min(end, done ?? end));
    if (done === undefined) break;
  }
  return { segments, text: segments.map(({ text }) => text).join(', ') };
}

function timeOf(job: Job, status: keyof typeof TIMELINE): number | undefined {
  const [field] = TIMELINE[status] as readonly (TimeField | undefined)[];
  return field && job[field]?.getTime();
}

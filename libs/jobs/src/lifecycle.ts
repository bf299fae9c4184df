import { STATUSES, TIME_FIELDS, type Status, type TimeField } from '#contract';

/**
 * The lifecycle of a job as data. The claim, the timeline API, the pages and the tests read these tables; nothing else
 * knows the order of statuses.
 */

export { STATUSES, TIME_FIELDS, type Status, type TimeField };

export const STAGE_NAMES = ['preprocess', 'infer', 'postprocess'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** Claims a record in `waiting`, holds it in `running` under a lease, and leaves it in `done` or `failed`. */
export interface StageRule {
  readonly name: StageName;
  readonly waiting: Status;
  readonly running: Status;
  readonly done: Status;
  readonly failed: Status;
  /** Status of a record that cannot be processed, for example without a file name. */
  readonly malformed: Status;
}

export const STAGES: Readonly<Record<StageName, StageRule>> = {
  preprocess: {
    name: 'preprocess',
    waiting: 'ENQUEUE',
    running: 'PREPROCESSING',
    done: 'PREPROCESSING_COMPLETE',
    failed: 'FRAME_CONVERT_ERROR',
    malformed: 'ENQUEUE_ERROR',
  },
  infer: {
    name: 'infer',
    waiting: 'PREPROCESSING_COMPLETE',
    running: 'INFERENCING',
    done: 'INFERENCING_COMPLETE',
    failed: 'INFERENCING_ERROR',
    malformed: 'INFERENCING_ERROR',
  },
  postprocess: {
    name: 'postprocess',
    waiting: 'INFERENCING_COMPLETE',
    running: 'POSTPROCESSING',
    done: 'POSTPROCESSING_COMPLETE',
    failed: 'POSTPROCESSING_ERROR',
    malformed: 'POSTPROCESSING_ERROR',
  },
};

export const INITIAL_STATUS: Status = 'ENQUEUE';
export const COMPLETE_STATUS: Status = 'POSTPROCESSING_COMPLETE';
/** Cancelled by a user, at any stage. */
export const CANCELLED_STATUS: Status = 'CANCELLED';

/** The fields that the timeline sets when a status is reported. Errors set none; their time is `error.at`. */
export const TIMELINE: Readonly<Record<Status, readonly TimeField[]>> = {
  ENQUEUE: ['PROCESS_START'],
  PREPROCESSING: ['PREPROCESSING_START'],
  PREPROCESSING_COMPLETE: ['PREPROCESSING_END'],
  INFERENCING: ['INFERENCING_START'],
  INFERENCING_COMPLETE: ['INFERENCING_END'],
  POSTPROCESSING: ['POSTPROCESSING_START'],
  POSTPROCESSING_COMPLETE: ['POSTPROCESSING_END', 'PROCESS_END'],
  ENQUEUE_ERROR: [],
  FRAME_CONVERT_ERROR: [],
  INFERENCING_ERROR: [],
  POSTPROCESSING_ERROR: [],
  CANCELLED: [],
};

export interface Move {
  readonly from: Status;
  readonly to: Status;
  /** Workers claim, complete, release and fail jobs; people cancel and retry them. */
  readonly by: 'worker' | 'person';
}

/** Every legal status change. */
export const MOVES: readonly Move[] = STAGE_NAMES.flatMap((name, index) => {
  const { waiting, running, done, failed, malformed } = STAGES[name];
  const worker = [
    [waiting, running],
    [waiting, failed], // claimed with no attempt left
    [waiting, malformed],
    [running, done],
    [running, waiting],
    [running, failed],
    [running, malformed],
  ] as const;
  // A job is retried at the stage where it ended, or at an earlier one if the input of that stage is gone.
  const restarts = STAGE_NAMES.slice(0, index + 1).flatMap((earlier) =>
    [failed, malformed, CANCELLED_STATUS].map((from) => [from, STAGES[earlier].waiting] as const),
  );
  const person = [[waiting, CANCELLED_STATUS], [running, CANCELLED_STATUS], ...restarts] as const;
  return [
    ...worker.map(([from, to]) => ({ from, to, by: 'worker' as const })),
    ...person.map(([from, to]) => ({ from, to, by: 'person' as const })),
  ];
});

/** The stage that processes a record in this status; undefined if none does. */
export function runningStage(status: Status): StageRule | undefined {
  return STAGE_NAMES.map((name) => STAGES[name]).find((stage) => stage.running === status);
}

/**
 * The statuses that count as a stage's backlog for scaling: waiting and running. Without running jobs, a stage would be
 * scaled down while it processes the last one.
 */
export function backlogOf(stage: StageName): readonly Status[] {
  return [STAGES[stage].waiting, STAGES[stage].running];
}

/** Whether a status is final: no worker claims the job unless it is retried. */
export function isFinal(status: Status): boolean {
  return !MOVES.some(({ from, by }) => from === status && by === 'worker');
}

/** All final statuses. */
export const FINAL: readonly Status[] = STATUSES.filter(isFinal);

export function isError(status: Status): boolean {
  return isFinal(status) && status !== COMPLETE_STATUS && status !== CANCELLED_STATUS;
}

/** Statuses in which a job can be cancelled: all that are not final. */
export const CANCELLABLE: readonly Status[] = STATUSES.filter((status) => !isFinal(status));

/** Statuses in which a job can be retried: it failed or was cancelled. */
export const RESTARTABLE: readonly Status[] = STATUSES.filter(
  (status) => isFinal(status) && status !== COMPLETE_STATUS,
);

/** The stage that a job waits for, is in or failed in; undefined if it is complete or cancelled. */
export function stageOf(status: Status): StageName | undefined {
  return STAGE_NAMES.find((name) => {
    const { waiting, running, failed, malformed } = STAGES[name];
    return [waiting, running, failed, malformed].includes(status);
  });
}

/** The times after `field`, which are outdated once a stage that runs again sets `field`. */
export function timesAfter(field: TimeField): readonly TimeField[] {
  return TIME_FIELDS.slice(TIME_FIELDS.indexOf(field) + 1);
}

/** The times to remove when a job waits for `stage` again. */
export function timesFrom(stage: StageName): readonly TimeField[] {
  const [start] = TIMELINE[STAGES[stage].running];
  return start ? [start, ...timesAfter(start)] : [];
}

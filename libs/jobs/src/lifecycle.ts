import { STATUSES, TIME_FIELDS, type Status, type TimeField } from '#contract';

/**
 * The lifecycle of a job, as data. The claim query, the timeline API, the pages and the tests all read
 * these tables; nothing else knows which status follows which.
 */

export { STATUSES, TIME_FIELDS, type Status, type TimeField };

export const STAGE_NAMES = ['preprocess', 'infer', 'postprocess'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** Take a record in `waiting`, hold it in `running` under a lease, leave it in `done`, or in `failed`. */
export interface StageRule {
  readonly name: StageName;
  readonly waiting: Status;
  readonly running: Status;
  readonly done: Status;
  readonly failed: Status;
  /** Where a record ends that cannot be worked on as it stands (say, without a file name). */
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
/** Stopped by hand, wherever it was. */
export const CANCELLED_STATUS: Status = 'CANCELLED';

/** The fields that the timeline stamps when a status is reported. An error stamps none: `error.at` tells when. */
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
  /** Workers claim, hand over, give back and fail; people cancel and start again. */
  readonly by: 'worker' | 'person';
}

/** Every legal move of a record. */
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
  // A job starts again at the stage where it ended, or at an earlier one if that one's input is gone.
  const restarts = STAGE_NAMES.slice(0, index + 1).flatMap((earlier) =>
    [failed, malformed, CANCELLED_STATUS].map((from) => [from, STAGES[earlier].waiting] as const),
  );
  const person = [[waiting, CANCELLED_STATUS], [running, CANCELLED_STATUS], ...restarts] as const;
  return [
    ...worker.map(([from, to]) => ({ from, to, by: 'worker' as const })),
    ...person.map(([from, to]) => ({ from, to, by: 'person' as const })),
  ];
});

export function isStatus(value: string): value is Status {
  return (STATUSES as readonly string[]).includes(value);
}

/** The stage that is working on a record in this status, if one is. */
export function runningStage(status: Status): StageRule | undefined {
  return STAGE_NAMES.map((name) => STAGES[name]).find((stage) => stage.running === status);
}

/**
 * The statuses of a stage's backlog, the figure that scaling goes by: what waits **and** what is being worked on.
 * Without the second a stage would look idle, and be scaled away, while it works on the last job.
 */
export function backlogOf(stage: StageName): readonly Status[] {
  return [STAGES[stage].waiting, STAGES[stage].running];
}

/** A record in a final status is worked on by nobody any more, unless somebody starts it again. */
export function isFinal(status: Status): boolean {
  return !MOVES.some(({ from, by }) => from === status && by === 'worker');
}

/** The statuses in which a job has ended. */
export const FINAL: readonly Status[] = STATUSES.filter(isFinal);

export function isError(status: Status): boolean {
  return isFinal(status) && status !== COMPLETE_STATUS && status !== CANCELLED_STATUS;
}

/** The statuses in which a person may stop a job: those that leave something to do. */
export const CANCELLABLE: readonly Status[] = STATUSES.filter((status) => !isFinal(status));

/** The statuses out of which a person may start a job again: it failed or was cancelled. */
export const RESTARTABLE: readonly Status[] = STATUSES.filter(
  (status) => isFinal(status) && status !== COMPLETE_STATUS,
);

/** The stage that a record waits for, is in or has failed in; undefined for one that is complete or cancelled. */
export function stageOf(status: Status): StageName | undefined {
  return STAGE_NAMES.find((name) => {
    const { waiting, running, failed, malformed } = STAGES[name];
    return [waiting, running, failed, malformed].includes(status);
  });
}

/** The times that lie after `field` and that a new stamp of `field` makes untrue (a stage that starts again). */
export function timesAfter(field: TimeField): readonly TimeField[] {
  return TIME_FIELDS.slice(TIME_FIELDS.indexOf(field) + 1);
}

/** The times that a job has no more once it waits for `stage` again. */
export function timesFrom(stage: StageName): readonly TimeField[] {
  const [start] = TIMELINE[STAGES[stage].running];
  return start ? [start, ...timesAfter(start)] : [];
}

import type { StageName } from '#jobs';

/**
 * How an attempt ended: handed over, ended in the error status, to be tried again, handed back because the service
 * stops or the volume cannot be used, or lost to another worker (also where its end could not be written).
 */
export const ATTEMPT_OUTCOMES = ['completed', 'failed', 'retried', 'released', 'lost'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Is told what a stage worker does, for metrics. Must not throw. */
export interface StageObserver {
  /** The running attempt has done so many frames more. */
  frames(stage: StageName, count: number): void;
  /** An attempt has ended. @param seconds since its claim; 0 for a job that was refused at once */
  ended(stage: StageName, outcome: AttemptOutcome, seconds: number): void;
}

/** Token of a service's StageObserver. */
export const STAGE_OBSERVER = Symbol('stage observer');

/** Where nobody wants to know. */
export const NO_OBSERVER: StageObserver = { frames: () => undefined, ended: () => undefined };

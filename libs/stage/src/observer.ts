import type { WorkName } from './work';

/**
 * How an attempt ended: `released` because the service stops or the volume is unusable, `lost` to another worker or
 * because its end could not be written.
 */
export type AttemptOutcome = 'completed' | 'failed' | 'retried' | 'released' | 'lost';

/** Receives the events of a worker, for metrics. Must not throw. */
export interface StageObserver {
  /** The running attempt has done `count` more frames. */
  frames(work: WorkName, count: number): void;
  /** An attempt has ended. @param seconds since its claim; 0 for a unit that the claim itself ended */
  ended(work: WorkName, outcome: AttemptOutcome, seconds: number): void;
}

/** Injection token of the StageObserver. */
export const STAGE_OBSERVER = Symbol('stage observer');

/** Ignores all events. */
export const NO_OBSERVER: StageObserver = { frames: () => undefined, ended: () => undefined };

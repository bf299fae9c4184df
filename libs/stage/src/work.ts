import type { FailureReason, JobProgress, StageName } from '#jobs';

/** Kinds of work, for metrics. */
export type WorkName = StageName | 'mp4';

/** Identity of a worker's claim. */
export interface Claimant {
  /** Host and process, for people. */
  readonly owner: string;
  /** Unique per claim: every write of the holder names it. */
  readonly token: string;
}

/** Work of one kind, which workers claim one unit at a time. */
export interface WorkQueue {
  readonly name: WorkName;
  /**
   * Atomically claims the next unit and counts the attempt.
   * @returns undefined if nothing is claimable
   */
  claim(claimant: Claimant): Promise<WorkUnit | EndedUnit | undefined>;
}

/** A unit that the claim itself ended in an error state, because its attempts were used up. */
export interface EndedUnit {
  readonly ended: string;
}

/** A unit of work that is held under a lease: a job in a stage, or a rendering. */
export interface WorkUnit {
  /** Id of the job. */
  readonly job: string;
  /** For logs, such as `Job 6b0d…: INFERENCING`. */
  readonly title: string;
  /** For logs: the state that a final failure leads to. */
  readonly failedState: string;
  /** Attempts so far, including this one. */
  readonly attempts: number;
  /** Does the work, publishes its files and completes the unit. */
  run(held: Held): Promise<void>;
  /** Renews the lease and stores the progress. @throws LeaseLostError */
  heartbeat(progress: JobProgress): Promise<void>;
  /** Returns the unit to the queue without counting the attempt. @throws LeaseLostError */
  release(options?: { error?: FailureReason; delayMs?: number }): Promise<void>;
  /** Returns the unit to the queue after a failed attempt, claimable after `delayMs`. @throws LeaseLostError */
  retryLater(failure: FailureReason, delayMs: number): Promise<void>;
  /** Ends the unit in its error state. @throws LeaseLostError */
  fail(failure: FailureReason): Promise<void>;
}

/** What a unit may use while its worker renews the lease. */
export interface Held {
  /** Aborted when the lease is lost, the service stops or progress stalls: the unit must throw immediately. */
  readonly signal: AbortSignal;
  /** Renews the lease now, to prove that this worker still holds the unit. @throws LeaseLostError */
  confirm(): Promise<void>;
  /** Runs a step that must make progress; it is aborted if it hangs. */
  watched<T>(step: (progress: WorkProgress) => Promise<T>): Promise<T>;
  /** Whether no attempt will follow this error. */
  isLast(error: unknown): boolean;
}

/** Progress of a unit. */
export interface WorkProgress {
  /**
   * Reports the number of frames done and, once known, the total. Cheap: the heartbeat stores the latest values. Also a
   * sign of life: a step without progress is aborted after a while.
   */
  readonly progress: (done: number, total: number | null) => void;
  /** Reports that the first `done` frames are reused from the predecessor of this attempt. */
  readonly resumed: (done: number, total: number) => void;
  /** Suspends the stall check during a long step that has its own time limit, such as downloading a model. */
  readonly untimed: <T>(step: Promise<T>) => Promise<T>;
}

import type { Findings, Job, StageName } from '#jobs';
import type { Artifact, Attempt } from '#workspace';

/** Input of a handler. It writes its files into `attempt`, where readers do not see them until it has finished. */
export interface StageContext {
  readonly id: string;
  readonly job: Job;
  readonly attempt: Attempt;
  /** Aborted when the lease is lost, the service stops or progress stalls: the handler must throw immediately. */
  readonly signal: AbortSignal;
  /**
   * Reports the number of frames done and, once known, the total. Cheap: the heartbeat stores the latest values. Also a
   * sign of life: a handler without progress is aborted after a while.
   */
  readonly progress: (done: number, total: number | null) => void;
  /** Reports that the first `done` frames are reused from the predecessor of this attempt. */
  readonly resumed: (done: number, total: number) => void;
  /** Stores in the record what later attempts must know. @throws LeaseLostError */
  readonly record: (found: Findings) => Promise<void>;
  /** Suspends the stall check during a long step that has its own time limit, such as downloading a model. */
  readonly untimed: <T>(step: Promise<T>) => Promise<T>;
}

/** The findings are stored in the record. */
export interface StageOutcome extends Findings {
  /** Files and folders of the attempt to publish, by contract name. */
  readonly artifacts: readonly Artifact[];
}

/** The work of one stage. */
export interface StageHandler {
  readonly stage: StageName;
  /** Whether it can resume from the files of an earlier attempt that was killed, released or failed. */
  readonly resumable?: boolean;
  /** @throws an error with the fault `input` to fail the job; any other error is retried */
  run(context: StageContext): Promise<StageOutcome>;
}

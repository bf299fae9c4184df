import type { Job, JobVideo, StageName } from '#jobs';
import type { Artifact, Attempt } from '#workspace';

/** What a handler works with. Everything it makes goes into `attempt`; nothing it does there is seen before it ends. */
export interface StageContext {
  readonly id: string;
  readonly job: Job;
  readonly attempt: Attempt;
  /** Aborted when the lease is lost or the service stops: end at once and throw. */
  readonly signal: AbortSignal;
  /** Frames done so far and, once known, in all. Cheap; the heartbeat carries the last call's figures. */
  readonly progress: (done: number, total: number | null) => void;
}

export interface StageOutcome {
  /** What to publish of the attempt, by contract name. */
  readonly artifacts: readonly Artifact[];
  /** Facts to keep in the record. */
  readonly video?: JobVideo;
}

/** The work of one stage. */
export interface StageHandler {
  readonly stage: StageName;
  /** @throws an InputFault when the input deserves to fail; anything else is tried again */
  run(context: StageContext): Promise<StageOutcome>;
}

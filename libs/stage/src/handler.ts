import type { Job, JobVideo, JobWarning, StageName } from '#jobs';
import type { Artifact, Attempt } from '#workspace';

/** What a handler works with. Everything it makes goes into `attempt`; nothing it does there is seen before it ends. */
export interface StageContext {
  readonly id: string;
  readonly job: Job;
  readonly attempt: Attempt;
  /** Aborted when the lease is lost, the service stops or no progress is seen: end at once and throw. */
  readonly signal: AbortSignal;
  /**
   * Frames done so far and, once known, in all. Cheap; the heartbeat carries the last call's figures. It is also the
   * sign of life: a handler whose figures stand still for long is given up.
   */
  readonly progress: (done: number, total: number | null) => void;
  /** The first so many frames are taken over from the predecessor of this attempt. */
  readonly resumed: (done: number, total: number) => void;
  /** Waits for a long step that has limits of its own and no frames to count, such as fetching a model. */
  readonly unhurried: <T>(step: Promise<T>) => Promise<T>;
}

export interface StageOutcome {
  /** What to publish of the attempt, by contract name. */
  readonly artifacts: readonly Artifact[];
  /** Facts to keep in the record. */
  readonly video?: JobVideo;
  /** What the user should know although the stage succeeded; replaces earlier warnings. */
  readonly warnings?: readonly JobWarning[];
}

/** The work of one stage. */
export interface StageHandler {
  readonly stage: StageName;
  /** Whether it can go on from what an attempt had made that was killed, handed back or is tried again. */
  readonly resumable?: boolean;
  /** @throws an InputFault when the input deserves to fail; anything else is tried again */
  run(context: StageContext): Promise<StageOutcome>;
}

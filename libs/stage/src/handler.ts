import type { Job, JobDetections, JobVideo, JobWarning, StageName } from '#jobs';
import type { Artifact, Attempt } from '#workspace';
import type { WorkProgress } from './work';

/** Input of a handler. It writes its files into `attempt`, where readers do not see them until it has finished. */
export interface StageContext extends WorkProgress {
  readonly id: string;
  readonly job: Job;
  readonly attempt: Attempt;
  /** Aborted when the lease is lost, the service stops or progress stalls: the handler must throw immediately. */
  readonly signal: AbortSignal;
}

export interface StageOutcome {
  /** Files and folders of the attempt to publish, by contract name. */
  readonly artifacts: readonly Artifact[];
  /** Properties of the video to store in the record. */
  readonly video?: JobVideo;
  /** Warnings for the user; they replace earlier ones. */
  readonly warnings?: readonly JobWarning[];
  /** Counts of the detections to store in the record. */
  readonly detections?: JobDetections;
}

/** The work of one stage. */
export interface StageHandler {
  readonly stage: StageName;
  /** Whether it can resume from the files of an earlier attempt that was killed, released or failed. */
  readonly resumable?: boolean;
  /** @throws an error with the fault `input` to fail the job; any other error is retried */
  run(context: StageContext): Promise<StageOutcome>;
}

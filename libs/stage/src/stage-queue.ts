import type { LoggerService } from '@nestjs/common';
import {
  JobNotFoundError,
  LeaseLostError,
  STAGES,
  type FailureReason,
  type Job,
  type JobProgress,
  type JobRepository,
  type Lease,
  type Status,
} from '#jobs';
import { StateLog } from '#telemetry';
import type { Attempts } from '#workspace';
import { Backoff } from './backoff';
import { ServiceStoppingError } from './errors';
import type { StageHandler, StageOutcome } from './handler';
import type { Timeline } from './timeline';
import type { Claimant, EndedUnit, Held, WorkQueue, WorkUnit } from './work';
import type { WorkerOptions } from './worker';

/** What the jobs of a stage are worked on with. */
interface StageTools {
  readonly handler: StageHandler;
  readonly jobs: JobRepository;
  readonly attempts: Attempts;
  readonly timeline: Timeline;
  readonly options: WorkerOptions;
  readonly logger: LoggerService;
}

/** The jobs of one stage as a queue: a handler does the work, the timeline gets its times. */
export class StageQueue implements WorkQueue {
  private readonly timelineState: StateLog;

  constructor(private readonly tools: StageTools) {
    this.timelineState = new StateLog(tools.logger, 'Cannot reach the timeline');
  }

  get name() {
    return this.tools.handler.stage;
  }

  async claim(claimant: Claimant): Promise<WorkUnit | EndedUnit | undefined> {
    const { jobs, options, handler } = this.tools;
    const stage = STAGES[handler.stage];
    const job = await jobs.claim(stage, { ...options, ...claimant });
    if (!job) return undefined;
    if (job.STATUS !== stage.running)
      return { ended: `Job ${String(job._id)}: ${job.STATUS}: ${job.error?.message ?? ''}` };
    return new StageUnit(job, claimant.token, this.tools, this.timelineState);
  }
}

/** A job that a stage holds. */
class StageUnit implements WorkUnit {
  readonly job: string;
  readonly title: string;
  readonly failedState: Status;
  readonly attempts: number;
  private readonly lease: Lease;

  constructor(
    private readonly record: Job,
    token: string,
    private readonly tools: StageTools,
    private readonly timelineState: StateLog,
  ) {
    const { stage } = tools.handler;
    this.job = String(record._id);
    this.title = `Job ${this.job}: ${record.STATUS}`;
    this.failedState = STAGES[stage].failed;
    this.attempts = record.attempts ?? 1;
    this.lease = { id: this.job, stage, token };
  }

  async run(held: Held): Promise<void> {
    const { jobs, logger } = this.tools;
    const stage = STAGES[this.lease.stage];
    await this.report(stage.running, held.signal);
    const outcome = await this.runAndPublish(held);
    await this.report(stage.done, held.signal);
    await jobs.complete(this.lease, outcome);
    logger.log(`Job ${this.job}: ${stage.done}`);
  }

  heartbeat(progress: JobProgress): Promise<void> {
    return this.tools.jobs.heartbeat(this.lease, this.tools.options.leaseMs, progress);
  }

  release(options?: { error?: FailureReason; delayMs?: number }): Promise<void> {
    return this.tools.jobs.release(this.lease, options);
  }

  retryLater(failure: FailureReason, delayMs: number): Promise<void> {
    return this.tools.jobs.retryLater(this.lease, failure, delayMs);
  }

  fail(failure: FailureReason): Promise<void> {
    return this.tools.jobs.fail(this.lease, failure);
  }

  /** Runs the handler in a private folder and publishes its artifacts. */
  private async runAndPublish(held: Held): Promise<StageOutcome> {
    const { handler, attempts } = this.tools;
    const { resumable: adopt = false } = handler;
    const attempt = await attempts.begin({ ...this.lease, number: this.record.claims ?? 0 }, { adopt });
    const { signal } = held;
    let keep = false;
    try {
      const outcome = await held.watched((progress) =>
        handler.run({ id: this.job, job: this.record, attempt, signal, ...progress }),
      );
      signal.throwIfAborted();
      await held.confirm(); // a worker whose lease expired while it was suspended must not publish
      await attempts.publish(attempt, outcome.artifacts);
      return outcome;
    } catch (error) {
      keep = adopt && (await this.willContinue(held, signal.aborted ? signal.reason : error));
      throw error;
    } finally {
      if (!keep) await attempts.end(attempt);
    }
  }

  /** Whether another attempt will follow this error and may resume from its files. */
  private async willContinue(held: Held, error: unknown): Promise<boolean> {
    if (error instanceof ServiceStoppingError) return true;
    if (!(error instanceof LeaseLostError || error instanceof JobNotFoundError)) return !held.isLast(error);
    try {
      // The lease may have expired while the database was unavailable, without another claim so far.
      const { STATUS, claims } = await this.tools.jobs.get(this.job);
      return STATUS === STAGES[this.lease.stage].running && claims === this.record.claims;
    } catch (lookupError) {
      return !(lookupError instanceof JobNotFoundError); // still unavailable: the next holder removes the files
    }
  }

  /** Reports to the timeline, retrying while it is unavailable; the lease is renewed in the meantime. */
  private async report(status: Status, signal: AbortSignal): Promise<void> {
    const { timeline, options } = this.tools;
    const backoff = new Backoff(options.pollMinMs, options.pollMaxMs);
    for (;;) {
      signal.throwIfAborted();
      try {
        await timeline.report(this.job, status, this.lease.token, signal);
        this.timelineState.worked();
        return;
      } catch (error) {
        if (error instanceof LeaseLostError || error instanceof JobNotFoundError) throw error;
        if (!signal.aborted) this.timelineState.failed(error);
        await backoff.wait(signal);
      }
    }
  }
}

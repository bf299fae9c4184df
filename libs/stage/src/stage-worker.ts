import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { BeforeApplicationShutdown, LoggerService, OnApplicationBootstrap } from '@nestjs/common';
import {
  STAGES,
  JobNotFoundError,
  LeaseLostError,
  countAttempts,
  type Job,
  type JobRepository,
  type Lease,
  type Status,
} from '#jobs';
import { endsJob, isInputFault, type ErrorCode } from '#errors';
import { untilAborted } from '#flow';
import { StateLog } from '#telemetry';
import type { Attempt, Attempts } from '#workspace';
import { Backoff, retryDelay } from './backoff';
import { ExplainedError, ServiceStoppingError } from './errors';
import type { StageContext, StageHandler, StageOutcome } from './handler';
import { HeldLease } from './held-lease';
import { NO_OBSERVER, type AttemptOutcome, type StageObserver } from './observer';
import { StallWatch } from './stall-watch';
import type { Timeline } from './timeline';
import { VOLUME_FAULT, VolumeWatch } from './volume-watch';

export interface WorkerOptions {
  readonly leaseMs: number;
  readonly maxAttempts: number;
  readonly retryDelayMs: number;
  /** Milliseconds after which a claimable job goes before shorter ones. */
  readonly fairAgeMs: number;
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  readonly stopGraceMs: number;
  /** Abort an attempt that makes no progress for this long, in milliseconds. */
  readonly stallMs: number;
}

/** Time an aborted handler has to end before it is abandoned. */
const ABORT_GRACE_MS = 5_000;

/** Runs one stage: claims one job at a time, renews its lease, and completes, releases, retries or fails it. */
export class StageWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly owner = `${hostname()}:${process.pid}`;
  private readonly stopping = new AbortController();
  private readonly abandon = new AbortController();
  private readonly database: StateLog;
  private readonly timelineState: StateLog;
  private readonly volume: VolumeWatch;
  private loop: Promise<void> | undefined;

  constructor(
    private readonly handler: StageHandler,
    private readonly jobs: JobRepository,
    private readonly attempts: Attempts,
    private readonly timeline: Timeline,
    private readonly options: WorkerOptions,
    private readonly logger: LoggerService,
    private readonly observer: StageObserver = NO_OBSERVER,
  ) {
    this.database = new StateLog(logger, 'Cannot claim jobs from the database');
    this.timelineState = new StateLog(logger, 'Cannot reach the timeline');
    this.volume = new VolumeWatch(attempts.workspace, logger);
  }

  onApplicationBootstrap(): void {
    this.loop = this.work();
  }

  /**
   * Claims no more jobs. The running one may finish within the grace period; otherwise it is released. Runs before Nest
   * closes the database connection.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    const timer = setTimeout(() => {
      this.abandon.abort(new ServiceStoppingError());
    }, this.options.stopGraceMs);
    await this.loop;
    clearTimeout(timer);
  }

  private async work(): Promise<void> {
    const idle = new Backoff(this.options.pollMinMs, this.options.pollMaxMs);
    while (!this.stopping.signal.aborted) {
      const worked = await this.workOnce();
      if (worked) idle.reset();
      else await idle.wait(this.stopping.signal);
    }
  }

  /** Claims and processes one job. Never throws, so that the loop never ends. @returns whether there was a job */
  private async workOnce(): Promise<boolean> {
    const stage = STAGES[this.handler.stage];
    const token = randomUUID();
    let job: Job | undefined;
    if (!(await this.volume.isUsable())) return false;
    try {
      job = await this.jobs.claim(stage, { ...this.options, owner: this.owner, token });
      this.database.worked();
    } catch (error) {
      this.database.failed(error);
    }
    if (!job) return false;
    const id = String(job._id);
    if (job.STATUS !== stage.running) {
      this.logger.warn(`Job ${id}: ${job.STATUS}: ${job.error?.message ?? ''}`);
      this.observer.ended(stage.name, 'failed', 0);
      return true;
    }
    this.logger.log(`Job ${id}: ${job.STATUS} (attempt ${job.attempts ?? 1})`);
    const start = performance.now();
    let outcome: AttemptOutcome = 'lost';
    try {
      outcome = await this.runHeld(job, { id, stage: stage.name, token });
    } catch (error) {
      // The outcome could not be written: the lease expires and another worker claims the job.
      this.database.failed(error);
    }
    this.observer.ended(stage.name, outcome, (performance.now() - start) / 1000);
    return true;
  }

  private async runHeld(job: Job, lease: Lease): Promise<AttemptOutcome> {
    const over = new AbortController();
    const abort = (reason: Error) => {
      over.abort(reason);
    };
    const held = new HeldLease(this.jobs, lease, this.options.leaseMs, abort);
    const signal = AbortSignal.any([over.signal, this.abandon.signal]);
    const stage = STAGES[lease.stage];
    let attemptError: unknown;
    try {
      await this.report(lease, stage.running, signal);
      const outcome = await this.runAndPublish(job, held, signal, abort);
      await this.report(lease, stage.done, signal);
      await this.jobs.complete(lease, outcome);
      this.logger.log(`Job ${lease.id}: ${stage.done}`);
    } catch (error) {
      attemptError = signal.aborted ? signal.reason : error;
    } finally {
      await held.end();
    }
    return attemptError === undefined ? 'completed' : this.settle(job, lease, attemptError);
  }

  /** Runs the handler in a private folder and publishes its artifacts. */
  private async runAndPublish(
    job: Job,
    held: HeldLease,
    signal: AbortSignal,
    abort: (reason: Error) => void,
  ): Promise<StageOutcome> {
    const { resumable: adopt = false } = this.handler;
    const holder = { ...held.lease, number: job.claims ?? 0 };
    const attempt = await this.attempts.begin(holder, { adopt });
    let keep = false;
    try {
      const outcome = await this.runHandler(job, attempt, held, signal, abort);
      signal.throwIfAborted();
      await held.confirm(); // a worker whose lease expired while it was suspended must not publish
      await this.attempts.publish(attempt, outcome.artifacts);
      return outcome;
    } catch (error) {
      keep = adopt && (await this.willContinue(job, held.lease, signal.aborted ? signal.reason : error));
      throw error;
    } finally {
      if (!keep) await this.attempts.end(attempt);
    }
  }

  /** Runs the handler and aborts it if it hangs. */
  private async runHandler(
    job: Job,
    attempt: Attempt,
    held: HeldLease,
    signal: AbortSignal,
    abort: (reason: Error) => void,
  ): Promise<StageOutcome> {
    const { id, stage } = held.lease;
    const watch = new StallWatch(this.options.stallMs, abort);
    let counted = 0;
    const setProgress = (done: number, total: number | null) => {
      held.setProgress(done, total);
      watch.progress(done, total);
    };
    const context: StageContext = {
      ...{ id, job, attempt, signal },
      progress: (done, total) => {
        setProgress(done, total);
        if (done > counted) this.observer.frames(stage, done - counted);
        counted = Math.max(counted, done);
      },
      resumed: (done, total) => {
        setProgress(done, total);
        counted = done;
        this.logger.log(`Job ${id}: resuming, ${done} of ${total} frames are done.`);
      },
      record: (found) => this.jobs.record(held.lease, found),
      untimed: (step) => watch.untimed(step),
    };
    try {
      return await untilAborted(this.handler.run(context), signal, ABORT_GRACE_MS);
    } finally {
      watch.end();
    }
  }

  /** Whether another attempt will follow this error and may resume from its files. */
  private async willContinue(job: Job, lease: Lease, error: unknown): Promise<boolean> {
    if (error instanceof ServiceStoppingError) return true;
    if (!(error instanceof LeaseLostError || error instanceof JobNotFoundError))
      return !this.isLast(job, error);
    try {
      // The lease may have expired while the database was unavailable, without another claim so far.
      const { STATUS, claims } = await this.jobs.get(lease.id);
      return STATUS === STAGES[lease.stage].running && claims === job.claims;
    } catch (lookupError) {
      return !(lookupError instanceof JobNotFoundError); // still unavailable: the next holder removes the files
    }
  }

  private isLast(job: Job, error: unknown): boolean {
    return endsJob(error) || (job.attempts ?? 1) >= this.options.maxAttempts;
  }

  /** Reports to the timeline, retrying while it is unavailable; the lease is renewed in the meantime. */
  private async report(lease: Lease, status: Status, signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(this.options.pollMinMs, this.options.pollMaxMs);
    for (;;) {
      signal.throwIfAborted();
      try {
        await this.timeline.report(lease.id, status, lease.token, signal);
        this.timelineState.worked();
        return;
      } catch (error) {
        if (error instanceof LeaseLostError || error instanceof JobNotFoundError) throw error;
        if (!signal.aborted) this.timelineState.failed(error);
        await backoff.wait(signal);
      }
    }
  }

  /** Records how a failed attempt ended. */
  private async settle(job: Job, lease: Lease, error: unknown): Promise<AttemptOutcome> {
    try {
      if (error instanceof LeaseLostError || error instanceof JobNotFoundError) {
        this.logger.warn(`Job ${lease.id}: ${error.message} The results of this worker are discarded.`);
        return 'lost';
      }
      if (error instanceof ServiceStoppingError) {
        await this.jobs.release(lease);
        this.logger.log(`Job ${lease.id}: released because the service is stopping.`);
        return 'released';
      }
      if (await this.volume.hasCaused(error)) {
        await this.jobs.release(lease, VOLUME_FAULT);
        this.logger.warn(`Job ${lease.id}: released because the volume is unusable.`);
        return 'released';
      }
      return await this.recordFailure(job, lease, error);
    } catch (saveError) {
      if (!(saveError instanceof LeaseLostError)) throw saveError;
      this.logger.warn(`Job ${lease.id}: ${saveError.message}`);
      return 'lost';
    }
  }

  private async recordFailure(job: Job, lease: Lease, error: unknown): Promise<AttemptOutcome> {
    const attempts = job.attempts ?? 1;
    const final = this.isLast(job, error);
    const reason = describe(error);
    if (final) {
      const message = reason.message + (endsJob(error) ? '' : ` Gave up after ${countAttempts(attempts)}.`);
      await this.jobs.fail(lease, { ...reason, message });
      this.logger.warn(`Job ${lease.id}: ${STAGES[lease.stage].failed}: ${message}`);
    } else {
      await this.jobs.retryLater(lease, reason, retryDelay(attempts, this.options.retryDelayMs));
    }
    // System faults are for the operator: full details go to the log, one sentence to the user.
    if (!isInputFault(error)) {
      this.logger.error(
        `Job ${lease.id}: attempt ${attempts} failed`,
        error instanceof Error ? error.stack : error,
      );
    }
    return final ? 'failed' : 'retried';
  }
}

function describe(error: unknown): { code: ErrorCode; message: string } {
  if (isInputFault(error) || error instanceof ExplainedError) {
    return { code: error.code, message: error.message };
  }
  return {
    code: 'INTERNAL',
    message: 'An internal error occurred. See the service log for details.',
  };
}

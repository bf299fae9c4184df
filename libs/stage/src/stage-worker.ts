import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { BeforeApplicationShutdown, LoggerService, OnApplicationBootstrap } from '@nestjs/common';
import { STAGES, JobNotFound, LeaseLost, type Job, type JobRepository, type Lease, type Status } from '#jobs';
import { StateLog } from '#telemetry';
import type { Workspace } from '#workspace';
import { Backoff, retryDelay } from './backoff';
import { ExplainedFailure, Stopping, isInputFault } from './errors';
import type { StageHandler, StageOutcome } from './handler';
import { HeldLease } from './held-lease';
import { NO_OBSERVER, type AttemptOutcome, type StageObserver } from './observer';
import type { Timeline } from './timeline';

export interface WorkerOptions {
  readonly leaseMs: number;
  readonly maxAttempts: number;
  readonly retryDelayMs: number;
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  readonly stopGraceMs: number;
}

/** Runs one stage: claims one job after the other, holds its lease, and leaves it handed over, given back or failed. */
export class StageWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly owner = `${hostname()}:${process.pid}`;
  private readonly stopping = new AbortController();
  private readonly abandon = new AbortController();
  private readonly database: StateLog;
  private readonly timelineState: StateLog;
  private loop: Promise<void> | undefined;

  constructor(
    private readonly handler: StageHandler,
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
    private readonly timeline: Timeline,
    private readonly options: WorkerOptions,
    private readonly logger: LoggerService,
    private readonly observer: StageObserver = NO_OBSERVER,
  ) {
    this.database = new StateLog(logger, 'The database cannot be asked for work');
    this.timelineState = new StateLog(logger, 'The timeline cannot be reached');
  }

  onApplicationBootstrap(): void {
    this.loop = this.work();
  }

  /**
   * Takes no more jobs, lets the running one end within the grace period, and hands it back otherwise. Runs before
   * Nest closes the database connection.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    const timer = setTimeout(() => {
      this.abandon.abort(new Stopping());
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

  /** Claims and ends one job. @returns whether there was one; never throws, so the loop never dies */
  private async workOnce(): Promise<boolean> {
    const stage = STAGES[this.handler.stage];
    const token = randomUUID();
    let job: Job | undefined;
    try {
      job = await this.jobs.claim(stage, { ...this.options, owner: this.owner, token });
      this.database.worked();
    } catch (error) {
      this.database.failed(error);
    }
    if (!job) return false;
    const id = job._id.toHexString();
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
      // Not even the outcome could be written: the lease runs out and the job is taken again.
      this.database.failed(error);
    }
    this.observer.ended(stage.name, outcome, (performance.now() - start) / 1000);
    return true;
  }

  private async runHeld(job: Job, lease: Lease): Promise<AttemptOutcome> {
    const lost = new AbortController();
    const held = new HeldLease(this.jobs, lease, this.options.leaseMs, (reason) => {
      lost.abort(reason);
    });
    const signal = AbortSignal.any([lost.signal, this.abandon.signal]);
    const stage = STAGES[lease.stage];
    let failure: unknown;
    try {
      await this.report(lease, stage.running, signal);
      await this.attempt(job, held, signal);
      this.logger.log(`Job ${lease.id}: ${stage.done}`);
    } catch (error) {
      failure = signal.aborted ? signal.reason : error;
    } finally {
      await held.end();
    }
    return failure === undefined ? 'completed' : this.settle(job, lease, failure);
  }

  /** One attempt: the handler's work, and the hand-over to the next stage. */
  private async attempt(job: Job, held: HeldLease, signal: AbortSignal): Promise<void> {
    const { lease } = held;
    const { video } = await this.makeAndPublish(job, held, signal);
    await this.report(lease, STAGES[lease.stage].done, signal);
    await this.jobs.complete(lease, video ? { video } : {});
  }

  /** Lets the handler work in a private folder and publishes what it made; the folder is gone afterwards. */
  private async makeAndPublish(job: Job, held: HeldLease, signal: AbortSignal): Promise<StageOutcome> {
    const { lease } = held;
    const attempt = await this.workspace.begin(lease.id, lease.stage, lease.token);
    let seen = 0;
    try {
      const progress = (done: number, total: number | null) => {
        held.setProgress(done, total);
        if (done > seen) this.observer.frames(lease.stage, done - seen);
        seen = Math.max(seen, done);
      };
      const outcome = await this.handler.run({ id: lease.id, job, attempt, signal, progress });
      signal.throwIfAborted();
      await held.confirm(); // a worker that slept through its lease must not publish
      await this.workspace.publish(attempt, outcome.artifacts);
      return outcome;
    } finally {
      await this.workspace.end(attempt);
    }
  }

  /** Reports to the timeline, for as long as it takes: it may be away for a while, and the lease is being renewed. */
  private async report(lease: Lease, status: Status, signal: AbortSignal): Promise<void> {
    const again = new Backoff(this.options.pollMinMs, this.options.pollMaxMs);
    for (;;) {
      signal.throwIfAborted();
      try {
        await this.timeline.report(lease.id, status, lease.token, signal);
        this.timelineState.worked();
        return;
      } catch (error) {
        if (error instanceof LeaseLost || error instanceof JobNotFound) throw error;
        if (!signal.aborted) this.timelineState.failed(error);
        await again.wait(signal);
      }
    }
  }

  /** Writes down how a failed attempt ended. */
  private async settle(job: Job, lease: Lease, failure: unknown): Promise<AttemptOutcome> {
    try {
      if (failure instanceof LeaseLost || failure instanceof JobNotFound) {
        this.logger.warn(`Job ${lease.id}: ${failure.message} What this worker made of it is discarded.`);
        return 'lost';
      }
      if (failure instanceof Stopping) {
        await this.jobs.release(lease);
        this.logger.log(`Job ${lease.id}: handed back, the service is stopping.`);
        return 'released';
      }
      return await this.recordFailure(job, lease, failure);
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      this.logger.warn(`Job ${lease.id}: ${error.message}`);
      return 'lost';
    }
  }

  private async recordFailure(job: Job, lease: Lease, failure: unknown): Promise<AttemptOutcome> {
    const attempts = job.attempts ?? 1;
    const final = isInputFault(failure) || attempts >= this.options.maxAttempts;
    if (final) {
      await this.jobs.fail(lease, describe(failure));
      this.logger.warn(`Job ${lease.id}: ${STAGES[lease.stage].failed}: ${describe(failure).message}`);
    } else {
      await this.jobs.retryLater(lease, describe(failure), retryDelay(attempts, this.options.retryDelayMs));
    }
    // A surprise is ours to mend: the log gets all of it, the user a sentence.
    if (!isInputFault(failure)) {
      this.logger.error(
        `Job ${lease.id}: attempt ${attempts} failed`,
        failure instanceof Error ? failure.stack : failure,
      );
    }
    return final ? 'failed' : 'retried';
  }
}

function describe(failure: unknown): { code: string; message: string } {
  if (isInputFault(failure) || failure instanceof ExplainedFailure) {
    return { code: failure.code, message: failure.message };
  }
  return {
    code: 'INTERNAL',
    message: 'Something went wrong on our side; the log of the service has the details.',
  };
}

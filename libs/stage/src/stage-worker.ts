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
import { isInputFault, type ErrorCode } from '#errors';
import { StateLog } from '#telemetry';
import type { Attempt, Attempts } from '#workspace';
import { Backoff, retryDelay } from './backoff';
import { ExplainedError, ServiceStoppingError } from './errors';
import type { StageContext, StageHandler, StageOutcome } from './handler';
import { HeldLease } from './held-lease';
import { NO_OBSERVER, type AttemptOutcome, type StageObserver } from './observer';
import { untilAbandoned } from './patience';
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
  /** An attempt without progress for so long is given up. */
  readonly stallMs: number;
}

/** A handler that was told to end has so long to do so; then it is left behind. */
const ABORT_PATIENCE_MS = 5_000;

/** Runs one stage: claims one job after the other, holds its lease, and leaves it handed over, given back or failed. */
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
    this.database = new StateLog(logger, 'The database cannot be asked for work');
    this.timelineState = new StateLog(logger, 'The timeline cannot be reached');
    this.volume = new VolumeWatch(attempts.workspace, logger);
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

  /** Claims and ends one job. @returns whether there was one; never throws, so the loop never dies */
  private async workOnce(): Promise<boolean> {
    const stage = STAGES[this.handler.stage];
    const token = randomUUID();
    let job: Job | undefined;
    if (!(await this.volume.isFit())) return false;
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
      // Not even the outcome could be written: the lease runs out and the job is taken again.
      this.database.failed(error);
    }
    this.observer.ended(stage.name, outcome, (performance.now() - start) / 1000);
    return true;
  }

  private async runHeld(job: Job, lease: Lease): Promise<AttemptOutcome> {
    const over = new AbortController();
    const giveUp = (reason: Error) => {
      over.abort(reason);
    };
    const held = new HeldLease(this.jobs, lease, this.options.leaseMs, giveUp);
    const signal = AbortSignal.any([over.signal, this.abandon.signal]);
    const stage = STAGES[lease.stage];
    let failure: unknown;
    try {
      await this.report(lease, stage.running, signal);
      const { video, warnings } = await this.makeAndPublish(job, held, signal, giveUp);
      await this.report(lease, stage.done, signal);
      await this.jobs.complete(lease, { ...(video && { video }), ...(warnings && { warnings }) });
      this.logger.log(`Job ${lease.id}: ${stage.done}`);
    } catch (error) {
      failure = signal.aborted ? signal.reason : error;
    } finally {
      await held.end();
    }
    return failure === undefined ? 'completed' : this.settle(job, lease, failure);
  }

  /** Lets the handler work in a private folder and publishes what it made. */
  private async makeAndPublish(
    job: Job,
    held: HeldLease,
    signal: AbortSignal,
    giveUp: (reason: Error) => void,
  ): Promise<StageOutcome> {
    const { resumable: adopt = false } = this.handler;
    const holder = { ...held.lease, number: job.claims ?? 0 };
    const attempt = await this.attempts.begin(holder, { adopt });
    let keep = false;
    try {
      const outcome = await this.make(job, attempt, held, signal, giveUp);
      signal.throwIfAborted();
      await held.confirm(); // a worker that slept through its lease must not publish
      await this.attempts.publish(attempt, outcome.artifacts);
      return outcome;
    } catch (error) {
      keep = adopt && (await this.goesOn(job, held.lease, signal.aborted ? signal.reason : error));
      throw error;
    } finally {
      if (!keep) await this.attempts.end(attempt);
    }
  }

  /** Runs the handler, with somebody watching that it does not hang. */
  private async make(
    job: Job,
    attempt: Attempt,
    held: HeldLease,
    signal: AbortSignal,
    giveUp: (reason: Error) => void,
  ): Promise<StageOutcome> {
    const { id, stage } = held.lease;
    const watch = new StallWatch(this.options.stallMs, giveUp);
    let seen = 0;
    const tell = (done: number, total: number | null) => {
      held.setProgress(done, total);
      watch.progress(done, total);
    };
    const context: StageContext = {
      ...{ id, job, attempt, signal },
      progress: (done, total) => {
        tell(done, total);
        if (done > seen) this.observer.frames(stage, done - seen);
        seen = Math.max(seen, done);
      },
      resumed: (done, total) => {
        tell(done, total);
        seen = done;
        this.logger.log(`Job ${id}: ${done} of ${total} frames were done before; it goes on from there.`);
      },
      unhurried: (step) => watch.unhurried(step),
    };
    try {
      return await untilAbandoned(this.handler.run(context), signal, ABORT_PATIENCE_MS);
    } finally {
      watch.end();
    }
  }

  /** Whether another attempt will follow one that ended so, and could go on from what it made. */
  private async goesOn(job: Job, lease: Lease, failure: unknown): Promise<boolean> {
    if (failure instanceof ServiceStoppingError) return true;
    if (!(failure instanceof LeaseLostError || failure instanceof JobNotFoundError))
      return !this.isLast(job, failure);
    try {
      // It may have run out while the database was away, and nobody has taken the job yet.
      const { STATUS, claims } = await this.jobs.get(lease.id);
      return STATUS === STAGES[lease.stage].running && claims === job.claims;
    } catch (error) {
      return !(error instanceof JobNotFoundError); // away still: whoever takes the job removes what is left
    }
  }

  private isLast(job: Job, failure: unknown): boolean {
    return isInputFault(failure) || (job.attempts ?? 1) >= this.options.maxAttempts;
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
        if (error instanceof LeaseLostError || error instanceof JobNotFoundError) throw error;
        if (!signal.aborted) this.timelineState.failed(error);
        await again.wait(signal);
      }
    }
  }

  /** Writes down how a failed attempt ended. */
  private async settle(job: Job, lease: Lease, failure: unknown): Promise<AttemptOutcome> {
    try {
      if (failure instanceof LeaseLostError || failure instanceof JobNotFoundError) {
        this.logger.warn(`Job ${lease.id}: ${failure.message} What this worker made of it is discarded.`);
        return 'lost';
      }
      if (failure instanceof ServiceStoppingError) {
        await this.jobs.release(lease);
        this.logger.log(`Job ${lease.id}: handed back, the service is stopping.`);
        return 'released';
      }
      if (await this.volume.isToBlame(failure)) {
        await this.jobs.release(lease, VOLUME_FAULT);
        this.logger.warn(`Job ${lease.id}: handed back, the volume cannot be worked on.`);
        return 'released';
      }
      return await this.recordFailure(job, lease, failure);
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error;
      this.logger.warn(`Job ${lease.id}: ${error.message}`);
      return 'lost';
    }
  }

  private async recordFailure(job: Job, lease: Lease, failure: unknown): Promise<AttemptOutcome> {
    const attempts = job.attempts ?? 1;
    const final = this.isLast(job, failure);
    const reason = describe(failure);
    if (final) {
      const gaveUp = isInputFault(failure) ? '' : ` Gave up after ${countAttempts(attempts)}.`;
      const message = reason.message + gaveUp;
      await this.jobs.fail(lease, { ...reason, message });
      this.logger.warn(`Job ${lease.id}: ${STAGES[lease.stage].failed}: ${message}`);
    } else {
      await this.jobs.retryLater(lease, reason, retryDelay(attempts, this.options.retryDelayMs));
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

function describe(failure: unknown): { code: ErrorCode; message: string } {
  if (isInputFault(failure) || failure instanceof ExplainedError) {
    return { code: failure.code, message: failure.message };
  }
  return {
    code: 'INTERNAL',
    message: 'Something went wrong on our side; the log of the service has the details.',
  };
}

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { BeforeApplicationShutdown, LoggerService, OnApplicationBootstrap } from '@nestjs/common';
import { JobNotFoundError, LeaseLostError, countAttempts } from '#jobs';
import { endsJob, isInputFault, type ErrorCode } from '#errors';
import { untilAborted } from '#flow';
import { StateLog } from '#telemetry';
import type { Workspace } from '#workspace';
import { Backoff, retryDelay } from './backoff';
import { ExplainedError, ServiceStoppingError } from './errors';
import { HeldLease } from './held-lease';
import { NO_OBSERVER, type AttemptOutcome, type StageObserver } from './observer';
import { StallWatch } from './stall-watch';
import { VOLUME_FAULT, VolumeWatch } from './volume-watch';
import type { Held, WorkProgress, WorkQueue, WorkUnit } from './work';

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

/** Time an aborted step has to end before it is abandoned. */
const ABORT_GRACE_MS = 5_000;

/** Works through one queue: claims one unit at a time, renews its lease, and completes, releases, retries or fails it. */
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly owner = `${hostname()}:${process.pid}`;
  private readonly stopping = new AbortController();
  private readonly abandon = new AbortController();
  private readonly database: StateLog;
  private readonly volume: VolumeWatch;
  private loop: Promise<void> | undefined;

  constructor(
    private readonly queue: WorkQueue,
    workspace: Workspace,
    private readonly options: WorkerOptions,
    private readonly logger: LoggerService,
    private readonly observer: StageObserver = NO_OBSERVER,
  ) {
    this.database = new StateLog(logger, 'Cannot claim jobs from the database');
    this.volume = new VolumeWatch(workspace, logger);
  }

  onApplicationBootstrap(): void {
    this.loop = this.work();
  }

  /**
   * Claims no more units. The running one may finish within the grace period; otherwise it is released. Runs before Nest
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

  /** Claims and processes one unit. Never throws, so that the loop never ends. @returns whether there was one */
  private async workOnce(): Promise<boolean> {
    const { name } = this.queue;
    if (!(await this.volume.isUsable())) return false;
    const claimed = await this.claim();
    if (!claimed) return false;
    if ('ended' in claimed) {
      this.logger.warn(claimed.ended);
      this.observer.ended(name, 'failed', 0);
      return true;
    }
    this.logger.log(`${claimed.title} (attempt ${claimed.attempts})`);
    const start = performance.now();
    let outcome: AttemptOutcome = 'lost';
    try {
      outcome = await this.runHeld(claimed);
    } catch (error) {
      // The outcome could not be written: the lease expires and another worker claims the unit.
      this.database.failed(error);
    }
    this.observer.ended(name, outcome, (performance.now() - start) / 1000);
    return true;
  }

  private async claim() {
    try {
      const claimed = await this.queue.claim({ owner: this.owner, token: randomUUID() });
      this.database.worked();
      return claimed;
    } catch (error) {
      this.database.failed(error);
      return undefined;
    }
  }

  private async runHeld(unit: WorkUnit): Promise<AttemptOutcome> {
    const over = new AbortController();
    const abort = (reason: Error) => {
      over.abort(reason);
    };
    const lease = new HeldLease(unit, this.options.leaseMs, abort);
    const signal = AbortSignal.any([over.signal, this.abandon.signal]);
    let attemptError: unknown;
    try {
      await unit.run(this.held(unit, lease, signal, abort));
    } catch (error) {
      attemptError = signal.aborted ? signal.reason : error;
    } finally {
      await lease.end();
    }
    return attemptError === undefined ? 'completed' : this.settle(unit, attemptError);
  }

  private held(unit: WorkUnit, lease: HeldLease, signal: AbortSignal, abort: (reason: Error) => void): Held {
    return {
      signal,
      confirm: () => lease.confirm(),
      isLast: (error) => this.isLast(unit, error),
      watched: async (step) => {
        const watch = new StallWatch(this.options.stallMs, abort);
        try {
          return await untilAborted(step(this.progressOf(unit, lease, watch)), signal, ABORT_GRACE_MS);
        } finally {
          watch.end();
        }
      },
    };
  }

  private progressOf(unit: WorkUnit, lease: HeldLease, watch: StallWatch): WorkProgress {
    let counted = 0;
    const setProgress = (done: number, total: number | null) => {
      lease.setProgress(done, total);
      watch.progress(done, total);
    };
    return {
      progress: (done, total) => {
        setProgress(done, total);
        if (done > counted) this.observer.frames(this.queue.name, done - counted);
        counted = Math.max(counted, done);
      },
      resumed: (done, total) => {
        setProgress(done, total);
        counted = done;
        this.logger.log(`Job ${unit.job}: resuming, ${done} of ${total} frames are done.`);
      },
      untimed: (step) => watch.untimed(step),
    };
  }

  private isLast(unit: WorkUnit, error: unknown): boolean {
    return endsJob(error) || unit.attempts >= this.options.maxAttempts;
  }

  /** Records how a failed attempt ended. */
  private async settle(unit: WorkUnit, error: unknown): Promise<AttemptOutcome> {
    try {
      if (error instanceof LeaseLostError || error instanceof JobNotFoundError) {
        this.logger.warn(`Job ${unit.job}: ${error.message} The results of this worker are discarded.`);
        return 'lost';
      }
      if (error instanceof ServiceStoppingError) {
        await unit.release();
        this.logger.log(`Job ${unit.job}: released because the service is stopping.`);
        return 'released';
      }
      if (await this.volume.hasCaused(error)) {
        await unit.release(VOLUME_FAULT);
        this.logger.warn(`Job ${unit.job}: released because the volume is unusable.`);
        return 'released';
      }
      return await this.recordFailure(unit, error);
    } catch (saveError) {
      if (!(saveError instanceof LeaseLostError)) throw saveError;
      this.logger.warn(`Job ${unit.job}: ${saveError.message}`);
      return 'lost';
    }
  }

  private async recordFailure(unit: WorkUnit, error: unknown): Promise<AttemptOutcome> {
    const { job, attempts } = unit;
    const final = this.isLast(unit, error);
    const reason = describe(error);
    if (final) {
      const gaveUp = endsJob(error) ? '' : ` Gave up after ${countAttempts(attempts)}.`;
      const message = reason.message + gaveUp;
      await unit.fail({ ...reason, message });
      this.logger.warn(`Job ${job}: ${unit.failedState}: ${message}${causeOf(error)}`);
    } else {
      await unit.retryLater(reason, retryDelay(attempts, this.options.retryDelayMs));
    }
    // System faults are for the operator: full details go to the log, one sentence to the user.
    if (!isInputFault(error)) {
      this.logger.error(
        `Job ${job}: attempt ${attempts} failed`,
        error instanceof Error ? error.stack : error,
      );
    }
    return final ? 'failed' : 'retried';
  }
}

/** What users need not know, such as the message of ffmpeg. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message !== '' ? ` (${cause.message})` : '';
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

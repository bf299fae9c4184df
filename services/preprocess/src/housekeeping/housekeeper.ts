import { setTimeout as delay } from 'node:timers/promises';
import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { FinishedJobs } from '#jobs';
import { StateLog } from '#telemetry';
import type { Workspace } from '#workspace';
import { finishDeletions } from './deletion';
import { sweepAttempts, sweepOrphans, sweepQuarantine } from './orphans';
import { expire, type Limits } from './retention';

export interface HousekeepingOptions extends Limits {
  /** Time between two rounds. */
  readonly intervalMs: number;
  /** Minimum age of leftovers to remove. */
  readonly leftoverMs: number;
  /** How long folders without a record stay in quarantine. */
  readonly orphanMs: number;
  /** How long partial uploads are kept. */
  readonly partialMs: number;
}

/** Removes expired jobs and leftovers at intervals. Safe to run in several replicas: every step is idempotent. */
export class Housekeeper implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('housekeeping');
  private readonly state = new StateLog(this.logger, 'Housekeeping failed');
  private readonly stopping = new AbortController();
  private refusing = false;
  private loop: Promise<void> | undefined;

  constructor(
    private readonly jobs: FinishedJobs,
    private readonly workspace: Workspace,
    private readonly options: HousekeepingOptions,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.work();
  }

  /** Stops taking work: Nest calls this on all modules before it waits for any of them. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.onModuleDestroy();
    await this.loop;
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.round(signal).then(
        () => {
          this.state.worked();
        },
        (error: unknown) => {
          if (!signal.aborted) this.state.failed(error);
        },
      );
      await delay(this.options.intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async round(signal: AbortSignal): Promise<void> {
    this.warn(
      'Could not remove files of a deleted job',
      await finishDeletions(this.jobs, this.workspace, signal),
    );
    this.logRemoved(await expire(this.jobs, this.workspace, this.options, signal));
    const { leftoverMs, partialMs } = this.options;
    await this.sweepOrphans(signal);
    const { removed, errors } = await this.workspace.sweepIncoming(leftoverMs, partialMs);
    if (removed > 0) this.logger.log(`Removed ${removed} leftovers of uploads and deleted jobs.`);
    this.warn('Could not remove a leftover', errors);
    await sweepAttempts(this.jobs, this.workspace, leftoverMs, signal);
  }

  private warn(what: string, errors: readonly unknown[]): void {
    for (const error of errors) this.logger.warn(`${what}: ${String(error)}. Retrying in the next round.`);
  }

  private async sweepOrphans(signal: AbortSignal): Promise<void> {
    const { jobs, workspace, logger } = this;
    const { leftoverMs, orphanMs } = this.options;
    const { restored, removed } = await sweepQuarantine(jobs, workspace, orphanMs, signal);
    for (const id of restored)
      logger.log(`The folder of job ${id} was restored from quarantine: its record exists again.`);
    for (const id of removed) logger.log(`The folder of job ${id} was removed from quarantine.`);
    const { quarantined, refusal } = await sweepOrphans(jobs, workspace, leftoverMs, signal);
    for (const id of quarantined) {
      logger.warn(`The folder of job ${id} was moved to .quarantine: it has no record in the database.`);
    }
    if (refusal !== undefined && !this.refusing) logger.error(refusal);
    if (refusal === undefined && this.refusing)
      logger.log('The number of job folders without a record is normal again.');
    this.refusing = refusal !== undefined;
  }

  private logRemoved(ids: readonly string[]): void {
    for (const id of ids) this.logger.log(`Job ${id} was removed: it exceeded a retention limit.`);
  }
}

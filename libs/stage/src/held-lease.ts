import { LeaseLostError, type JobProgress } from '#jobs';
import type { WorkUnit } from './work';

/** Minimum milliseconds between progress reports. */
const PROGRESS_MS = 500;

/**
 * Renews the lease of a unit in progress: every third of its length, or sooner to report progress. Calls `lost` once when
 * the lease is lost, or may have expired because it could not be renewed; the work must then end.
 */
export class HeldLease {
  private progress: JobProgress = { done: 0, total: null };
  private reported = this.progress;
  private readonly timer: NodeJS.Timeout;
  private renewedAt = performance.now();
  private triedAt = this.renewedAt;
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly unit: Pick<WorkUnit, 'job' | 'heartbeat'>,
    private readonly leaseMs: number,
    private readonly lost: (reason: Error) => void,
  ) {
    const third = leaseMs / 3;
    this.timer = setInterval(
      () => {
        const due = this.progress !== this.reported || performance.now() - this.triedAt >= third;
        if (due) this.renewing ??= this.renew().finally(() => (this.renewing = undefined));
      },
      Math.min(third, PROGRESS_MS),
    );
  }

  setProgress(done: number, total: number | null): void {
    this.progress = { done, total };
  }

  /** Renews the lease now, to prove that this worker still holds the unit. @throws LeaseLostError */
  async confirm(): Promise<void> {
    const { progress } = this;
    this.triedAt = performance.now();
    await this.unit.heartbeat(progress);
    this.renewedAt = this.triedAt; // the lease may count from the start of the call
    this.reported = progress;
  }

  /** Stops renewing; resolves when no heartbeat is in flight. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.renewing;
  }

  private async renew(): Promise<void> {
    try {
      await this.confirm();
    } catch (error) {
      // The database may be briefly unavailable, but after the lease expires another worker may hold the unit.
      const expired = performance.now() - this.renewedAt > this.leaseMs * 0.9;
      if (error instanceof LeaseLostError || expired) this.lost(new LeaseLostError(this.unit.job));
    }
  }
}

import { LeaseLostError, type JobProgress, type JobRepository, type Lease } from '#jobs';

/** How often progress is told, at most. */
const PROGRESS_MS = 500;

/**
 * Keeps a lease alive while its job is worked on: renews it at a third of its length, or sooner to tell of progress.
 * When it is lost, or could not be renewed for so long that it may be, `lost` is called once and the work must end.
 */
export class HeldLease {
  private progress: JobProgress = { done: 0, total: null };
  private told = this.progress;
  private readonly timer: NodeJS.Timeout;
  private renewedAt = performance.now();
  private triedAt = this.renewedAt;
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly jobs: JobRepository,
    readonly lease: Lease,
    private readonly leaseMs: number,
    private readonly lost: (reason: Error) => void,
  ) {
    const third = leaseMs / 3;
    this.timer = setInterval(
      () => {
        const due = this.progress !== this.told || performance.now() - this.triedAt >= third;
        if (due) this.renewing ??= this.renew().finally(() => (this.renewing = undefined));
      },
      Math.min(third, PROGRESS_MS),
    );
  }

  setProgress(done: number, total: number | null): void {
    this.progress = { done, total };
  }

  /** Renews now: proof that the job is still ours, for a whole lease from here. @throws LeaseLostError */
  async confirm(): Promise<void> {
    const { progress } = this;
    this.triedAt = performance.now();
    await this.jobs.heartbeat(this.lease, this.leaseMs, progress);
    this.renewedAt = this.triedAt; // the lease counts from before the call at the earliest
    this.told = progress;
  }

  /** Stops renewing; when it returns no heartbeat is under way any more. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.renewing;
  }

  private async renew(): Promise<void> {
    try {
      await this.confirm();
    } catch (error) {
      // The database may be away for a moment; but past the lease's end somebody else may hold the job.
      const expired = performance.now() - this.renewedAt > this.leaseMs * 0.9;
      if (error instanceof LeaseLostError || expired) this.lost(new LeaseLostError(this.lease.id));
    }
  }
}

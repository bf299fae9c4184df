import { type Transferable, Worker } from 'node:worker_threads';
import './no-telemetry'; // the workers inherit it
import { DetectorUnavailableError, QueueFullError, WorkerLostError } from '../errors';
import { type Batching, maxBatchSize, nextBatch } from './batching';
import { fromWire, monotonicMs, type Reply, type Request } from './protocol';

/** One batch runs and one waits in the worker, so that the worker never waits for this thread. */
const BATCHES_PER_WORKER = 2;

/** Consecutive failed starts after which the pool stops replacing workers. */
const MAX_FAILED_STARTS = 3;

/** Weight of the latest batch in the moving average of the time per job. */
const MEAN_WEIGHT = 0.1;

export interface PoolOptions<Result> {
  /** Script of the workers; it implements `protocol.ts`. */
  readonly script: string;
  readonly workerData: unknown;
  readonly size: number;
  readonly batching: Batching;
  /** Maximum number of waiting jobs; exempt ones do not count. */
  readonly queueLimit: number;
  /** Called with the results of each finished batch, without the failed jobs. */
  readonly onBatch?: (results: readonly Result[]) => void;
}

export interface RunOptions {
  readonly transfer?: readonly Transferable[];
  readonly signal?: AbortSignal | undefined;
  /** Waits however long the queue is, and does not count towards its limit. */
  readonly exemptFromQueueLimit?: boolean;
}

/** A job's result, and when a worker started its batch, by `monotonicMs`. */
export interface Answer<Result> {
  readonly result: Result;
  readonly startedAt: number;
}

interface Pending<Job, Result> {
  readonly job: Job;
  readonly transfer: readonly Transferable[];
  readonly exemptFromQueueLimit: boolean;
  readonly arrivedAt: number;
  readonly resolve: (answer: Answer<Result>) => void;
  readonly reject: (error: Error) => void;
}

interface Member<Job, Result> {
  readonly worker: Worker;
  /** The running batch, then the waiting one. */
  readonly batches: (readonly Pending<Job, Result>[])[];
  ready: boolean;
}

/**
 * A fixed number of worker threads behind one queue, which jobs leave in batches. A worker that dies fails its jobs and
 * is replaced; if replacements keep failing to start and none is left, all jobs are refused.
 */
export class WorkerPool<Job, Result> {
  private readonly members = new Set<Member<Job, Result>>();
  private readonly queue: Pending<Job, Result>[] = [];
  private readonly maxBatch: number;
  /** Dispatches again when the oldest job has waited long enough for a larger batch. */
  private timer: NodeJS.Timeout | undefined;
  /** Moving average of the time per job, in milliseconds. */
  private meanMs: number | undefined;
  private failedStarts = 0;
  /** Why the pool refuses jobs. */
  private ended: Error | undefined;
  private closed: Promise<void> | undefined;

  private constructor(private readonly options: PoolOptions<Result>) {
    this.maxBatch = maxBatchSize(options.batching);
  }

  /**
   * Starts the workers and waits until all are ready.
   * @throws the error that a worker reported, or DetectorUnavailableError if one died
   */
  static async start<Job, Result>(options: PoolOptions<Result>): Promise<WorkerPool<Job, Result>> {
    const pool = new WorkerPool<Job, Result>(options);
    try {
      await Promise.all(Array.from({ length: options.size }, () => pool.spawn()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  /** Workers that accept jobs now. */
  get alive(): number {
    return [...this.members].filter(({ ready }) => ready).length;
  }

  /** Jobs that wait for a worker. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Accepts jobs: it is not closed and has not failed. */
  get open(): boolean {
    return !this.ended;
  }

  /** Estimated time to drain the queue, in whole seconds, at least 1. */
  get retryAfterS(): number {
    const seconds = (this.queue.length * (this.meanMs ?? 0)) / this.options.size / 1000;
    return Math.max(1, Math.ceil(seconds));
  }

  /**
   * Runs a job on the next free worker.
   *
   * @param options.signal stops waiting; a worker that already has the job finishes it and its result is discarded
   * @throws the job's own error, WorkerLostError, QueueFullError, DetectorUnavailableError or the signal's reason
   */
  async run(job: Job, options: RunOptions = {}): Promise<Answer<Result>> {
    const { transfer = [], signal, exemptFromQueueLimit = false } = options;
    signal?.throwIfAborted();
    if (this.ended) throw this.ended;
    if (
      !exemptFromQueueLimit &&
      this.queue.filter((other) => !other.exemptFromQueueLimit).length >= this.options.queueLimit
    ) {
      throw new QueueFullError(this.options.queueLimit, this.retryAfterS);
    }
    return new Promise<Answer<Result>>((resolve, reject) => {
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      const pending: Pending<Job, Result> = {
        job,
        transfer,
        exemptFromQueueLimit,
        arrivedAt: monotonicMs(),
        resolve: (answer) => {
          settled();
          resolve(answer);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      const onAbort = (): void => {
        const place = this.queue.indexOf(pending);
        if (place >= 0) this.queue.splice(place, 1);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.queue.push(pending);
      this.dispatch();
    });
  }

  /** Refuses waiting jobs and ends the workers. Can be called again. */
  close(): Promise<void> {
    return (this.closed ??= this.shutDown());
  }

  private async shutDown(): Promise<void> {
    this.end(new DetectorUnavailableError('The detector was closed.'));
    const exits = [...this.members].map((member) => {
      const exit = new Promise((resolve) => member.worker.once('exit', resolve));
      this.send(member, { type: 'close' });
      return exit;
    });
    await Promise.all(exits);
  }

  /** Refuses all current and future jobs. */
  private end(reason: Error): void {
    this.ended ??= reason;
    clearTimeout(this.timer);
    const held = [...this.members].flatMap(({ batches }) => batches.flat());
    for (const { reject } of [...this.queue.splice(0), ...held]) reject(this.ended);
  }

  /** Starts one worker; resolves when it is ready, rejects if it exits first. */
  private spawn(): Promise<void> {
    const { script, workerData } = this.options;
    const worker = new Worker(script, { workerData });
    const member: Member<Job, Result> = { worker, batches: [], ready: false };
    this.members.add(member);
    return new Promise((resolve, reject) => {
      let reason: Error | undefined;
      worker.on('message', (reply: Reply<Result>) => {
        if (reply.type === 'failed') reason = fromWire(reply.error);
        else if (reply.type === 'ready') {
          member.ready = true;
          this.failedStarts = 0;
          resolve();
        } else this.settle(member, reply);
        this.dispatch();
      });
      worker.on('error', (error) => {
        reason = new DetectorUnavailableError(`A detector worker died: ${String(error)}.`, {
          cause: error,
        });
      });
      worker.on('exit', (code) => {
        reason ??= new DetectorUnavailableError(`A detector worker exited with code ${code}.`);
        reject(reason); // no effect once it was ready
        this.lost(member, reason);
      });
    });
  }

  private lost(member: Member<Job, Result>, reason: Error): void {
    this.members.delete(member);
    for (const { reject } of member.batches.flat()) {
      reject(
        new WorkerLostError(`${reason.message} This image, or another one in its batch, may be the cause.`, {
          cause: reason,
        }),
      );
    }
    if (member.ready && !this.ended) this.replace();
  }

  private replace(): void {
    this.spawn().catch((error: unknown) => {
      this.failedStarts++;
      if (this.ended) return;
      if (this.failedStarts < MAX_FAILED_STARTS) this.replace();
      else if (this.members.size === 0) {
        this.end(
          new DetectorUnavailableError(
            `The detector's workers died and could not be restarted (${MAX_FAILED_STARTS} attempts): ${String(error)}`,
            { cause: error },
          ),
        );
      }
    });
  }

  /** Sends queued jobs to workers, as far as there are free workers and batches worth sending. */
  private dispatch(): void {
    clearTimeout(this.timer);
    for (const member of this.having(0)) {
      const oldest = this.queue[0];
      if (!oldest) return;
      const next = nextBatch(this.options.batching, this.queue.length, monotonicMs() - oldest.arrivedAt);
      if ('waitMs' in next) {
        this.timer = setTimeout(() => {
          this.dispatch();
        }, next.waitMs);
        return;
      }
      this.give(member, next.take);
    }
    // Only full batches wait behind a busy worker: smaller ones may still grow in the queue.
    for (let held = 1; held < BATCHES_PER_WORKER; held++) {
      for (const member of this.having(held)) {
        if (this.queue.length < this.maxBatch) return;
        this.give(member, this.maxBatch);
      }
    }
  }

  private having(batches: number): Member<Job, Result>[] {
    return [...this.members].filter((member) => member.ready && member.batches.length === batches);
  }

  private give(member: Member<Job, Result>, size: number): void {
    const batch = this.queue.splice(0, size);
    member.batches.push(batch);
    const request = { type: 'batch', jobs: batch.map(({ job }) => job) } as const;
    this.send(
      member,
      request,
      batch.flatMap(({ transfer }) => transfer),
    );
  }

  private settle(member: Member<Job, Result>, reply: Extract<Reply<Result>, { type: 'batch' }>): void {
    const { startedAt, outcomes } = reply;
    const batch = member.batches.shift() ?? [];
    const tookMs = (monotonicMs() - startedAt) / Math.max(1, batch.length);
    this.meanMs = this.meanMs === undefined ? tookMs : this.meanMs + MEAN_WEIGHT * (tookMs - this.meanMs);
    this.options.onBatch?.(outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result] : [])));
    for (const [place, outcome] of outcomes.entries()) {
      if ('result' in outcome) batch[place]?.resolve({ result: outcome.result, startedAt });
      else batch[place]?.reject(fromWire(outcome.error));
    }
  }

  private send(
    member: Member<Job, Result>,
    request: Request<Job>,
    transfer: readonly Transferable[] = [],
  ): void {
    member.worker.postMessage(request, transfer);
  }
}

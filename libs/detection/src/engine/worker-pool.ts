import { type Transferable, Worker } from 'node:worker_threads';
import './no-telemetry'; // the workers inherit it
import { DetectorUnavailableError, QueueFullError, WorkerLostError } from '../errors';
import { type Batching, maxBatchSize, nextBatch } from './batching';
import { fromWire, monotonicMs, type Reply, type Request } from './protocol';

/** One batch runs and one waits in the worker, so that it goes straight on without asking this thread. */
const BATCHES_PER_WORKER = 2;

/** Starts in a row that may fail before the pool stops to replace workers. */
const MAX_FAILED_STARTS = 3;

/** Weight of the latest batch in the mean time of a job. */
const MEAN_WEIGHT = 0.1;

export interface PoolOptions<Result> {
  /** File that each worker runs; it speaks the protocol of `protocol.ts`. */
  readonly script: string;
  readonly workerData: unknown;
  readonly size: number;
  readonly batching: Batching;
  /** Impatient jobs that may wait for a worker. */
  readonly queueLimit: number;
  /** Told the results of each batch that a worker has finished, without the jobs that failed. */
  readonly onBatch?: (results: readonly Result[]) => void;
}

export interface RunOptions {
  readonly transfer?: readonly Transferable[];
  readonly signal?: AbortSignal | undefined;
  /** Waits however long the queue is, and does not count for its limit. */
  readonly patient?: boolean;
}

/** What a job gave, and when a worker began with its batch, by `monotonicMs`. */
export interface Answer<Result> {
  readonly result: Result;
  readonly startedAt: number;
}

interface Pending<Job, Result> {
  readonly job: Job;
  readonly transfer: readonly Transferable[];
  readonly patient: boolean;
  readonly arrivedAt: number;
  readonly resolve: (answer: Answer<Result>) => void;
  readonly reject: (error: Error) => void;
}

interface Member<Job, Result> {
  readonly worker: Worker;
  /** The one that runs, then the one that waits behind it. */
  readonly batches: (readonly Pending<Job, Result>[])[];
  ready: boolean;
}

/**
 * A fixed number of worker threads behind one queue, which jobs leave in batches. A worker that dies fails the
 * jobs it held, and is replaced; when replacements keep failing to start and none is left, every job is refused.
 */
export class WorkerPool<Job, Result> {
  private readonly members = new Set<Member<Job, Result>>();
  private readonly queue: Pending<Job, Result>[] = [];
  private readonly maxBatch: number;
  /** Looks at the queue again when its oldest job has waited long enough for others. */
  private timer: NodeJS.Timeout | undefined;
  /** What a worker has lately needed for a job, in milliseconds. */
  private meanMs: number | undefined;
  private failedStarts = 0;
  /** Why no job is taken any more. */
  private ended: Error | undefined;
  private closed: Promise<void> | undefined;

  private constructor(private readonly options: PoolOptions<Result>) {
    this.maxBatch = maxBatchSize(options.batching);
  }

  /**
   * Starts the workers and waits until all are ready.
   * @throws what a worker said it failed with, or DetectorUnavailableError if one just died
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

  /** Workers that take jobs now. */
  get alive(): number {
    return [...this.members].filter(({ ready }) => ready).length;
  }

  /** Jobs that wait for a worker. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Takes jobs: it was not closed and has not given up. */
  get open(): boolean {
    return !this.ended;
  }

  /** When a queue as long as it is now will be done, in whole seconds, at least 1. */
  get retryAfterS(): number {
    const seconds = (this.queue.length * (this.meanMs ?? 0)) / this.options.size / 1000;
    return Math.max(1, Math.ceil(seconds));
  }

  /**
   * Runs a job on the next free worker.
   *
   * @param options.signal gives up waiting; a worker that holds the job already finishes it unheard
   * @throws the job's own error, WorkerLostError, QueueFullError, DetectorUnavailableError or the signal's reason
   */
  async run(job: Job, options: RunOptions = {}): Promise<Answer<Result>> {
    const { transfer = [], signal, patient = false } = options;
    signal?.throwIfAborted();
    if (this.ended) throw this.ended;
    if (!patient && this.queue.filter((other) => !other.patient).length >= this.options.queueLimit) {
      throw new QueueFullError(this.options.queueLimit, this.retryAfterS);
    }
    return new Promise<Answer<Result>>((resolve, reject) => {
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      const pending: Pending<Job, Result> = {
        job,
        transfer,
        patient,
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

  /** Refuses what waits, lets the workers end and waits for that. Safe to call again. */
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

  /** Takes no more jobs and refuses those that are here. */
  private end(reason: Error): void {
    this.ended ??= reason;
    clearTimeout(this.timer);
    const held = [...this.members].flatMap(({ batches }) => batches.flat());
    for (const { reject } of [...this.queue.splice(0), ...held]) reject(this.ended);
  }

  /** Starts one worker; settles when it is ready, or has ended without having been. */
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
        reason = new DetectorUnavailableError(`A worker of the detector died: ${String(error)}.`, {
          cause: error,
        });
      });
      worker.on('exit', (code) => {
        reason ??= new DetectorUnavailableError(`A worker of the detector ended with exit code ${code}.`);
        reject(reason); // changes nothing once it was ready
        this.lost(member, reason);
      });
    });
  }

  private lost(member: Member<Job, Result>, reason: Error): void {
    this.members.delete(member);
    for (const { reject } of member.batches.flat()) {
      reject(
        new WorkerLostError(`${reason.message} This picture or one that was with it may be the cause.`, {
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
            `The detector's workers died and could not be started again (${MAX_FAILED_STARTS} tries): ${String(error)}`,
            { cause: error },
          ),
        );
      }
    });
  }

  /** Gives out what the queue holds, as far as there are workers for it and batches are worth sending. */
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
    // Behind a busy worker only full batches wait: until it is done, others may fill up.
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

import { type Transferable, Worker } from 'node:worker_threads';
import { DetectorUnavailable, QueueFull, WorkerLost } from '../errors';
import { fromWire, type Reply, type Request } from './protocol';

/** One job runs and one waits in the worker, so that it goes straight on without asking this thread. */
const JOBS_PER_WORKER = 2;

/** Starts in a row that may fail before the pool stops to replace workers. */
const MAX_FAILED_STARTS = 3;

export interface PoolOptions {
  /** File that each worker runs; it speaks the protocol of `protocol.ts`. */
  readonly script: string;
  readonly workerData: unknown;
  readonly size: number;
  /** Jobs that may wait for a worker. */
  readonly queueLimit: number;
}

export interface RunOptions {
  readonly transfer?: readonly Transferable[];
  readonly signal?: AbortSignal | undefined;
}

interface Pending<Job, Result> {
  readonly id: number;
  readonly job: Job;
  readonly transfer: readonly Transferable[];
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

interface Member<Job, Result> {
  readonly worker: Worker;
  readonly jobs: Map<number, Pending<Job, Result>>;
  ready: boolean;
}

/**
 * A fixed number of worker threads behind one queue. A worker that dies fails the jobs it held, and is
 * replaced; when replacements keep failing to start and none is left, every job is refused.
 */
export class WorkerPool<Job, Result> {
  private readonly members = new Set<Member<Job, Result>>();
  private readonly queue: Pending<Job, Result>[] = [];
  private nextId = 0;
  private failedStarts = 0;
  /** Why no job is taken any more. */
  private ended: Error | undefined;
  private closed: Promise<void> | undefined;

  private constructor(private readonly options: PoolOptions) {}

  /**
   * Starts the workers and waits until all are ready.
   * @throws what a worker said it failed with, or DetectorUnavailable if one just died
   */
  static async start<Job, Result>(options: PoolOptions): Promise<WorkerPool<Job, Result>> {
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

  /**
   * Runs a job on the next free worker.
   *
   * @param options.signal gives up waiting; a worker that holds the job already finishes it unheard
   * @throws the job's own error, WorkerLost, QueueFull, DetectorUnavailable or the signal's reason
   */
  async run(job: Job, { transfer = [], signal }: RunOptions = {}): Promise<Result> {
    signal?.throwIfAborted();
    if (this.ended) throw this.ended;
    if (this.queue.length >= this.options.queueLimit) throw new QueueFull(this.options.queueLimit);
    return new Promise<Result>((resolve, reject) => {
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      const pending: Pending<Job, Result> = {
        id: this.nextId++,
        job,
        transfer,
        resolve: (result) => {
          settled();
          resolve(result);
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
    this.end(new DetectorUnavailable('The detector was closed.'));
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
    const held = [...this.members].flatMap(({ jobs }) => [...jobs.values()]);
    for (const { reject } of [...this.queue.splice(0), ...held]) reject(this.ended);
  }

  /** Starts one worker; settles when it is ready, or has ended without having been. */
  private spawn(): Promise<void> {
    const { script, workerData } = this.options;
    const worker = new Worker(script, { workerData });
    const member: Member<Job, Result> = { worker, jobs: new Map(), ready: false };
    this.members.add(member);
    return new Promise((resolve, reject) => {
      let reason: Error | undefined;
      worker.on('message', (reply: Reply<Result>) => {
        if (reply.type === 'failed') reason = fromWire(reply.error);
        else if (reply.type === 'ready') {
          member.ready = true;
          this.failedStarts = 0;
          resolve();
        } else settle(member, reply);
        this.dispatch();
      });
      worker.on('error', (error) => {
        reason = new DetectorUnavailable(`A worker of the detector died: ${String(error)}.`, {
          cause: error,
        });
      });
      worker.on('exit', (code) => {
        reason ??= new DetectorUnavailable(`A worker of the detector ended with exit code ${code}.`);
        reject(reason); // changes nothing once it was ready
        this.lost(member, reason);
      });
    });
  }

  private lost(member: Member<Job, Result>, reason: Error): void {
    this.members.delete(member);
    for (const { reject } of member.jobs.values()) {
      reject(
        new WorkerLost(`${reason.message} This picture or the one before it may be the cause.`, {
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
          new DetectorUnavailable(
            `The detector's workers died and could not be started again (${MAX_FAILED_STARTS} tries): ${String(error)}`,
            { cause: error },
          ),
        );
      }
    });
  }

  private dispatch(): void {
    // an idle worker first, before a second job waits behind a busy one
    for (let held = 0; held < JOBS_PER_WORKER; held++) {
      for (const member of this.members) {
        if (!member.ready || member.jobs.size !== held) continue;
        const next = this.queue.shift();
        if (!next) return;
        member.jobs.set(next.id, next);
        this.send(member, { type: 'job', id: next.id, job: next.job }, next.transfer);
      }
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

function settle<Job, Result>(
  { jobs }: Member<Job, Result>,
  reply: Extract<Reply<Result>, { type: 'result' | 'error' }>,
): void {
  const pending = jobs.get(reply.id);
  jobs.delete(reply.id);
  if (reply.type === 'result') pending?.resolve(reply.result);
  else pending?.reject(fromWire(reply.error));
}

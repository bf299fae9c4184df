/** A worker for the tests of the pool: a real thread and the real protocol, but jobs that do what a test needs. */
import { once } from 'node:events';
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { BadImageError } from '../src/errors';
import { monotonicMs, type Outcome, type Reply, type Request, toWire } from '../src/engine/protocol';

export type PoolJob =
  | { readonly do: 'echo'; readonly value: string }
  /** Returns how many jobs came with it. */
  | { readonly do: 'count' }
  /** Ends when the port gets a message. */
  | { readonly do: 'hold'; readonly until: MessagePort }
  | { readonly do: 'refuse'; readonly why: string }
  | { readonly do: 'throw' }
  | { readonly do: 'exit' };

/** Counts starts over all workers; those from `failFrom` on (counted from 0) fail as `how` says. */
export interface PoolWorkerData {
  readonly starts: Int32Array;
  readonly failFrom: number;
  readonly how: 'say' | 'die';
}

function main(): void {
  if (!parentPort) return;
  const port = parentPort;
  const reply = (message: Reply<string>): void => {
    port.postMessage(message);
  };
  const { starts, failFrom, how } = workerData as PoolWorkerData;
  if (Atomics.add(starts, 0, 1) >= failFrom) {
    if (how === 'die') throw new Error('no memory left');
    reply({ type: 'failed', error: { code: 'MODEL_MISMATCH', message: 'not this model' } });
    return;
  }
  let turn = Promise.resolve();
  port.on('message', (request: Request<PoolJob>) => {
    if (request.type === 'close') {
      port.close();
      return;
    }
    turn = turn.then(async () => {
      const startedAt = monotonicMs();
      const outcomes = request.jobs.map((job) => run(job, request.jobs.length));
      reply({ type: 'batch', startedAt, outcomes: await Promise.all(outcomes) });
    });
  });
  reply({ type: 'ready' });
}

async function run(job: PoolJob, batch: number): Promise<Outcome<string>> {
  switch (job.do) {
    case 'echo':
      return { result: job.value };
    case 'count':
      return { result: `one of ${batch}` };
    case 'hold':
      await once(job.until, 'message');
      job.until.close();
      return { result: 'held' };
    case 'refuse':
      return { error: toWire(new BadImageError(job.why)) };
    case 'throw':
      setImmediate(() => {
        throw new Error('the worker fell over');
      });
      return new Promise(() => undefined);
    case 'exit':
      process.exit(3);
  }
}

if (!isMainThread && (workerData as { starts?: unknown } | null)?.starts) main();

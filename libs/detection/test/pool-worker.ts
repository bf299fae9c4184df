/** A worker for the tests of the pool: real thread, real protocol, jobs that do what a test asks for. */
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { BadImage } from '../src/errors';
import { type Reply, type Request, toWire } from '../src/engine/protocol';

export type PoolJob =
  | { readonly do: 'echo'; readonly value: string }
  /** Ends when something arrives at the port. */
  | { readonly do: 'hold'; readonly until: MessagePort }
  | { readonly do: 'refuse'; readonly why: string }
  | { readonly do: 'throw' }
  | { readonly do: 'exit' };

/** Counts starts over all workers; the ones from `failFrom` on (counted from 0) fail as `how` says. */
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
  port.on('message', (request: Request<PoolJob>) => {
    if (request.type === 'close') {
      port.close();
      return;
    }
    const { id, job } = request;
    switch (job.do) {
      case 'echo':
        reply({ type: 'result', id, result: job.value });
        break;
      case 'hold':
        job.until.once('message', () => {
          reply({ type: 'result', id, result: 'held' });
          job.until.close();
        });
        break;
      case 'refuse':
        reply({ type: 'error', id, error: toWire(new BadImage(job.why)) });
        break;
      case 'throw':
        throw new Error('the worker fell over');
      case 'exit':
        process.exit(3);
    }
  });
  reply({ type: 'ready' });
}

if (!isMainThread && (workerData as { starts?: unknown } | null)?.starts) main();

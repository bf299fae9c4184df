import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { type PoolJob, type PoolWorkerData } from '../../test/pool-worker';
import { BadImage, DetectorUnavailable, ModelMismatch, QueueFull, WorkerLost } from '../errors';
import { WorkerPool } from './worker-pool';

describe('WorkerPool', () => {
  let pool: WorkerPool<PoolJob, string> | undefined;
  let starts: Int32Array;
  afterEach(() => pool?.close());

  interface Settings extends Partial<Omit<PoolWorkerData, 'starts'>> {
    readonly size?: number;
    readonly queueLimit?: number;
  }

  async function start({ size = 1, queueLimit = 100, failFrom = Infinity, how = 'die' }: Settings = {}) {
    starts = new Int32Array(new SharedArrayBuffer(4));
    const workerData: PoolWorkerData = { starts, failFrom, how };
    const script = join(__dirname, '../../test/pool-worker.js');
    pool = await WorkerPool.start<PoolJob, string>({ script, workerData, size, queueLimit });
    return pool;
  }

  const echo = (value: string): PoolJob => ({ do: 'echo', value });

  /** Runs a job that ends when the test says so. */
  function hold(on: WorkerPool<PoolJob, string>) {
    const { port1, port2 } = new MessageChannel();
    const result = on.run({ do: 'hold', until: port2 }, { transfer: [port2] });
    const release = () => {
      port1.postMessage('go');
      port1.close();
    };
    result.catch(() => {
      port1.close();
    });
    return { result, release };
  }

  it('answers many jobs at once, each with its own result', async () => {
    const on = await start({ size: 2 });
    const values = Array.from({ length: 50 }, (_, i) => `job ${i}`);
    expect(await Promise.all(values.map((value) => on.run(echo(value))))).toEqual(values);
    expect(on.alive).toBe(2);
  });

  it("passes on a job's own error, and goes on", async () => {
    const on = await start();
    const refused = on.run({ do: 'refuse', why: 'not a JPEG' });
    await expect(refused).rejects.toThrow(BadImage);
    await expect(refused).rejects.toMatchObject({ code: 'BAD_IMAGE', message: 'not a JPEG' });
    expect(await on.run(echo('next'))).toBe('next');
  });

  it('gives a job to an idle worker before it lets one wait behind a busy one', async () => {
    const on = await start({ size: 2 });
    const busy = hold(on);
    await expect(on.run({ do: 'exit' })).rejects.toThrow(WorkerLost); // would take the held job along
    busy.release();
    expect(await busy.result).toBe('held');
  });

  it('refuses jobs beyond the limit of the queue', async () => {
    const on = await start({ queueLimit: 1 });
    const running = [hold(on), hold(on), hold(on)]; // two in the worker, one in the queue
    expect(on.waiting).toBe(1);
    await expect(on.run(echo('one too many'))).rejects.toThrow(QueueFull);
    for (const { release } of running) release();
    await Promise.all(running.map(({ result }) => result));
    expect(await on.run(echo('again'))).toBe('again');
  });

  it('gives up a job whose signal aborts, in the queue and in the worker', async () => {
    const on = await start();
    const abort = new AbortController();
    const running = [hold(on), hold(on)];
    const queued = on.run(echo('never'), { signal: abort.signal });
    const other = on.run(echo('other'));
    abort.abort(new Error('lease lost'));
    await expect(queued).rejects.toThrow('lease lost');
    expect(on.waiting).toBe(1);
    for (const { release } of running) release();
    expect(await other).toBe('other');

    const late = new AbortController();
    const { port1, port2 } = new MessageChannel();
    const inWorker = on.run({ do: 'hold', until: port2 }, { transfer: [port2], signal: late.signal });
    late.abort(new Error('too late'));
    await expect(inWorker).rejects.toThrow('too late');
    port1.postMessage('go');
    port1.close();
    await expect(on.run(echo('x'), { signal: late.signal })).rejects.toThrow('too late');
  });

  it.each<[string, PoolJob, string]>([
    ['throws', { do: 'throw' }, 'the worker fell over'],
    ['exits', { do: 'exit' }, 'exit code 3'],
  ])('replaces a worker that %s, and fails only the jobs it held', async (_, fatal, reason) => {
    const on = await start();
    const first = on.run(fatal);
    const behind = on.run(echo('held by the same worker'));
    const queued = on.run(echo('still in the queue'));
    await expect(first).rejects.toThrow(WorkerLost);
    await expect(first).rejects.toThrow(reason);
    await expect(behind).rejects.toThrow(WorkerLost);
    expect(await queued).toBe('still in the queue');
    expect(starts[0]).toBe(2);
    expect(on.alive).toBe(1);
  });

  it('goes on with fewer workers when a replacement does not start', async () => {
    const on = await start({ size: 2, failFrom: 2 });
    await expect(on.run({ do: 'exit' })).rejects.toThrow(WorkerLost);
    expect(await on.run(echo('alive'))).toBe('alive');
    expect(on.alive).toBe(1);
  });

  it('gives up when no worker is left and three starts in a row have failed', async () => {
    const on = await start({ failFrom: 1 });
    const lost = on.run({ do: 'exit' });
    const behind = on.run(echo('b'));
    const queued = on.run(echo('c'));
    await expect(lost).rejects.toThrow(WorkerLost);
    await expect(behind).rejects.toThrow(WorkerLost);
    await expect(queued).rejects.toThrow(DetectorUnavailable);
    await expect(queued).rejects.toThrow('no memory left');
    await expect(on.run(echo('d'))).rejects.toThrow(DetectorUnavailable);
    expect(starts[0]).toBe(1 + 3);
    expect(on.alive).toBe(0);
  });

  it('does not start when a worker says why it cannot, or just dies', async () => {
    await expect(start({ size: 2, failFrom: 1, how: 'say' })).rejects.toThrow(ModelMismatch);
    await expect(start({ size: 2, failFrom: 1, how: 'die' })).rejects.toThrow(DetectorUnavailable);
    expect(starts[0]).toBe(2);
  });

  it('refuses what it holds when it is closed, and everything after that', async () => {
    const on = await start();
    const running = hold(on);
    const refused = Promise.allSettled([running.result, on.run(echo('behind it')), on.run(echo('queued'))]);
    const closed = on.close();
    for (const result of await refused) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'DETECTOR_UNAVAILABLE' } });
    }
    await closed;
    await expect(on.run(echo('later'))).rejects.toThrow('was closed');
    await on.close();
  });
});

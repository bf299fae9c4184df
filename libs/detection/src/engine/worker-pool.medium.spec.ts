import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { type PoolJob, type PoolWorkerData } from '../../test/pool-worker';
import {
  BadImageError,
  DetectorUnavailableError,
  ModelMismatchError,
  QueueFullError,
  WorkerLostError,
} from '../errors';
import { type Batching } from './batching';
import { type RunOptions, WorkerPool } from './worker-pool';

describe('WorkerPool', () => {
  let pool: WorkerPool<PoolJob, string> | undefined;
  let starts: Int32Array;
  afterEach(() => pool?.close());

  interface Settings extends Partial<Omit<PoolWorkerData, 'starts'>>, Partial<Batching> {
    readonly size?: number;
    readonly queueLimit?: number;
    readonly onBatch?: (results: readonly string[]) => void;
  }

  async function start(settings: Settings = {}) {
    const { size = 1, queueLimit = 100, failFrom = Infinity, how = 'die', onBatch } = settings;
    const { preferredBatchSize = [1], maxQueueDelayUs = 0 } = settings;
    starts = new Int32Array(new SharedArrayBuffer(4));
    const workerData: PoolWorkerData = { starts, failFrom, how };
    pool = await WorkerPool.start<PoolJob, string>({
      ...{ script: join(__dirname, '../../test/pool-worker.js'), workerData, size, queueLimit },
      batching: { preferredBatchSize, maxQueueDelayUs },
      ...(onBatch && { onBatch }),
    });
    return pool;
  }

  const echo = (value: string): PoolJob => ({ do: 'echo', value });

  async function run(on: WorkerPool<PoolJob, string>, job: PoolJob, options?: RunOptions): Promise<string> {
    return (await on.run(job, options)).result;
  }

  /** Runs a job that ends when the test releases it. */
  function hold(on: WorkerPool<PoolJob, string>) {
    const { port1, port2 } = new MessageChannel();
    const result = run(on, { do: 'hold', until: port2 }, { transfer: [port2] });
    const release = () => {
      port1.postMessage('go');
      port1.close();
    };
    result.catch(() => {
      port1.close();
    });
    return { result, release };
  }

  it('returns each of many concurrent jobs its own result', async () => {
    const on = await start({ size: 2 });
    const values = Array.from({ length: 50 }, (_, i) => `job ${i}`);
    expect(await Promise.all(values.map((value) => run(on, echo(value))))).toEqual(values);
    expect(on.alive).toBe(2);
  });

  it("rejects with the job's own error and stays usable", async () => {
    const on = await start();
    const refused = run(on, { do: 'refuse', why: 'not a JPEG' });
    await expect(refused).rejects.toThrow(BadImageError);
    await expect(refused).rejects.toMatchObject({ code: 'BAD_IMAGE', message: 'not a JPEG' });
    expect(await run(on, echo('next'))).toBe('next');
  });

  it('prefers an idle worker over a busy one', async () => {
    const on = await start({ size: 2 });
    const busy = hold(on);
    await expect(run(on, { do: 'exit' })).rejects.toThrow(WorkerLostError); // would lose the held job too
    busy.release();
    expect(await busy.result).toBe('held');
  });

  it('refuses jobs beyond the queue limit', async () => {
    const on = await start({ queueLimit: 1 });
    const running = [hold(on), hold(on), hold(on)]; // two in the worker, one in the queue
    expect(on.waiting).toBe(1);
    const refused = run(on, echo('one too many'));
    await expect(refused).rejects.toThrow(QueueFullError);
    await expect(refused).rejects.toMatchObject({ code: 'QUEUE_FULL', retryAfterS: 1 });
    const exempt = run(on, echo('however long'), { exemptFromQueueLimit: true });
    for (const { release } of running) release();
    await Promise.all(running.map(({ result }) => result));
    expect(await exempt).toBe('however long');
    expect(await run(on, echo('again'))).toBe('again');
  });

  it('does not count exempt jobs towards the limit', async () => {
    const on = await start({ queueLimit: 1 });
    const running = [hold(on), hold(on)];
    const exempt = ['a', 'b', 'c'].map((value) => run(on, echo(value), { exemptFromQueueLimit: true }));
    const impatient = run(on, echo('d'));
    expect(on.waiting).toBe(4);
    await expect(run(on, echo('e'))).rejects.toThrow(QueueFullError);
    for (const { release } of running) release();
    expect(await Promise.all([...exempt, impatient])).toEqual(['a', 'b', 'c', 'd']);
  });

  describe('with batches', () => {
    const TEN_SECONDS = 10_000_000;
    const count: PoolJob = { do: 'count' };
    const counts = (on: WorkerPool<PoolJob, string>, jobs: number) =>
      Promise.all(Array.from({ length: jobs }, () => run(on, count)));

    it('batches jobs to the preferred size', async () => {
      const on = await start({ preferredBatchSize: [4], maxQueueDelayUs: TEN_SECONDS });
      expect(new Set(await counts(on, 8))).toEqual(new Set(['one of 4']));
    });

    it('queues only full batches behind a busy worker, and takes the rest after the delay', async () => {
      const batches: number[] = [];
      const onBatch = (results: readonly string[]) => batches.push(results.length);
      const on = await start({ preferredBatchSize: [2, 4], maxQueueDelayUs: 1000, onBatch });
      await counts(on, 7);
      expect(batches).toEqual([2, 4, 1]);
    });

    it('settles each job of a batch separately', async () => {
      const on = await start({ preferredBatchSize: [3], maxQueueDelayUs: TEN_SECONDS });
      const jobs = [echo('a'), { do: 'refuse', why: 'not a JPEG' } as const, echo('c')];
      const [a, b, c] = await Promise.allSettled(jobs.map((job) => run(on, job)));
      expect([a, c]).toMatchObject([{ value: 'a' }, { value: 'c' }]);
      expect(b).toMatchObject({ status: 'rejected', reason: { code: 'BAD_IMAGE', message: 'not a JPEG' } });
    });

    it('does not put an aborted job into a batch', async () => {
      const on = await start({ preferredBatchSize: [2], maxQueueDelayUs: TEN_SECONDS });
      const abort = new AbortController();
      const aborted = run(on, echo('never'), { signal: abort.signal });
      abort.abort(new Error('lease lost'));
      await expect(aborted).rejects.toThrow('lease lost');
      expect(await counts(on, 2)).toEqual(['one of 2', 'one of 2']);
    });

    it('fails the whole batch if the worker dies', async () => {
      const on = await start({ preferredBatchSize: [2], maxQueueDelayUs: TEN_SECONDS });
      const lost = [run(on, { do: 'exit' }), run(on, echo('with it'))];
      for (const job of lost) await expect(job).rejects.toThrow(WorkerLostError);
      expect(await counts(on, 2)).toEqual(['one of 2', 'one of 2']);
    });

    it('refuses jobs that wait for a batch when it is closed', async () => {
      const on = await start({ preferredBatchSize: [2], maxQueueDelayUs: TEN_SECONDS });
      const waiting = run(on, echo('alone'));
      await Promise.all([on.close(), expect(waiting).rejects.toThrow(DetectorUnavailableError)]);
    });
  });

  it('stops waiting for a job when its signal aborts, in the queue and in the worker', async () => {
    const on = await start();
    const abort = new AbortController();
    const running = [hold(on), hold(on)];
    const queued = run(on, echo('never'), { signal: abort.signal });
    const other = run(on, echo('other'));
    abort.abort(new Error('lease lost'));
    await expect(queued).rejects.toThrow('lease lost');
    expect(on.waiting).toBe(1);
    for (const { release } of running) release();
    expect(await other).toBe('other');

    const late = new AbortController();
    const { port1, port2 } = new MessageChannel();
    const inWorker = run(on, { do: 'hold', until: port2 }, { transfer: [port2], signal: late.signal });
    late.abort(new Error('too late'));
    await expect(inWorker).rejects.toThrow('too late');
    port1.postMessage('go');
    port1.close();
    await expect(run(on, echo('x'), { signal: late.signal })).rejects.toThrow('too late');
  });

  it.each<[string, PoolJob, string]>([
    ['throws', { do: 'throw' }, 'the worker fell over'],
    ['exits', { do: 'exit' }, 'exited with code 3'],
  ])('replaces a worker that %s, and fails only its jobs', async (_, fatal, reason) => {
    const on = await start();
    const first = run(on, fatal);
    const behind = run(on, echo('held by the same worker'));
    const queued = run(on, echo('still in the queue'));
    await expect(first).rejects.toThrow(WorkerLostError);
    await expect(first).rejects.toThrow(reason);
    await expect(behind).rejects.toThrow(WorkerLostError);
    expect(await queued).toBe('still in the queue');
    expect(starts[0]).toBe(2);
    expect(on.alive).toBe(1);
  });

  it('continues with fewer workers if a replacement does not start', async () => {
    const on = await start({ size: 2, failFrom: 2 });
    await expect(run(on, { do: 'exit' })).rejects.toThrow(WorkerLostError);
    expect(await run(on, echo('alive'))).toBe('alive');
    expect(on.alive).toBe(1);
  });

  it('fails when no worker is left and three starts in a row have failed', async () => {
    const on = await start({ failFrom: 1 });
    const lost = run(on, { do: 'exit' });
    const behind = run(on, echo('b'));
    const queued = run(on, echo('c'));
    await expect(lost).rejects.toThrow(WorkerLostError);
    await expect(behind).rejects.toThrow(WorkerLostError);
    await expect(queued).rejects.toThrow(DetectorUnavailableError);
    await expect(queued).rejects.toThrow('no memory left');
    await expect(run(on, echo('d'))).rejects.toThrow(DetectorUnavailableError);
    expect(starts[0]).toBe(1 + 3);
    expect(on.alive).toBe(0);
  });

  it('fails to start if a worker reports an error or dies', async () => {
    await expect(start({ size: 2, failFrom: 1, how: 'say' })).rejects.toThrow(ModelMismatchError);
    await expect(start({ size: 2, failFrom: 1, how: 'die' })).rejects.toThrow(DetectorUnavailableError);
    expect(starts[0]).toBe(2);
  });

  it('refuses running, queued and later jobs when it is closed', async () => {
    const on = await start();
    const running = hold(on);
    const refused = Promise.allSettled([running.result, run(on, echo('behind it')), run(on, echo('queued'))]);
    const closed = on.close();
    for (const result of await refused) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'DETECTOR_UNAVAILABLE' } });
    }
    await closed;
    await expect(run(on, echo('later'))).rejects.toThrow('was closed');
    await on.close();
  });
});

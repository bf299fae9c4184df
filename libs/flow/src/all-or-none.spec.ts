import { allOrNone } from './all-or-none';
import { untilAborted } from './until-aborted';

const forever = new Promise<never>(() => undefined);

describe('allOrNone', () => {
  it('returns the results in the order of the tasks', async () => {
    const tasks = [() => Promise.resolve(1), () => Promise.resolve('two')] as const;
    await expect(allOrNone(undefined, tasks)).resolves.toEqual([1, 'two']);
  });

  it('aborts the other tasks when one fails, and waits for them', async () => {
    const ended: string[] = [];
    const other = async (signal: AbortSignal) => {
      await untilAborted(forever, signal).catch(() => undefined);
      await new Promise(setImmediate);
      ended.push('other');
    };
    const failing = () => Promise.reject(new Error('first'));
    await expect(allOrNone(undefined, [other, failing])).rejects.toThrow('first');
    expect(ended).toEqual(['other']);
  });

  it('aborts all tasks when its signal is aborted', async () => {
    const stop = new AbortController();
    const waiting = (signal: AbortSignal) => untilAborted(forever, signal);
    const both = allOrNone(stop.signal, [waiting, waiting]);
    stop.abort(new Error('stopped'));
    await expect(both).rejects.toThrow('stopped');
  });
});

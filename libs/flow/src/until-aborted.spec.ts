import { getEventListeners } from 'node:events';
import { untilAborted } from './until-aborted';

describe('untilAborted', () => {
  const never = new Promise<never>(() => undefined);
  let abort: AbortController;
  beforeEach(() => (abort = new AbortController()));

  it('settles like the promise, and stops listening', async () => {
    expect(await untilAborted(Promise.resolve(1), abort.signal)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error('broken')), abort.signal)).rejects.toThrow('broken');
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('rejects with the reason of the signal, even if aborted before the call', async () => {
    const waiting = untilAborted(never, abort.signal);
    abort.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await expect(untilAborted(Promise.resolve(1), abort.signal)).rejects.toThrow('stopped');
  });

  it('gives work that is aborted a grace period to end', async () => {
    const work = new Promise<never>((_, reject) => {
      abort.signal.addEventListener('abort', () => {
        reject(new Error('ended cleanly'));
      });
    });
    const waiting = untilAborted(work, abort.signal, 60_000);
    abort.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('ended cleanly');
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1); // that of the work
  });

  it('rejects after the grace period, even if aborted before the call', async () => {
    const waiting = untilAborted(never, abort.signal, 1);
    abort.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await expect(untilAborted(never, abort.signal, 1)).rejects.toThrow('stopped');
  });

  it('leaves no unhandled rejection if the promise fails later', async () => {
    const late = new Promise<never>((_, reject) => {
      setImmediate(() => {
        reject(new Error('too late'));
      });
    });
    abort.abort(new Error('stopped'));
    await expect(untilAborted(late, abort.signal)).rejects.toThrow('stopped');
    await expect(late).rejects.toThrow('too late');
  });
});

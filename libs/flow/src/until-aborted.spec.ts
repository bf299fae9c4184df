import { getEventListeners } from 'node:events';
import { untilAborted } from './until-aborted';

describe('untilAborted', () => {
  const never = new Promise<never>(() => undefined);
  let abort: AbortController;
  beforeEach(() => (abort = new AbortController()));

  it('gives what the promise gives, and stops listening', async () => {
    expect(await untilAborted(Promise.resolve(1), abort.signal)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error('broken')), abort.signal)).rejects.toThrow('broken');
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it("throws the signal's reason when it is aborted, and when it was before", async () => {
    const waiting = untilAborted(never, abort.signal);
    abort.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await expect(untilAborted(Promise.resolve(1), abort.signal)).rejects.toThrow('stopped');
  });

  it('leaves no rejection unhandled when the promise fails later', async () => {
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

import { getEventListeners } from 'node:events';
import { untilAbandoned } from './until-abandoned';

const never = new Promise<never>(() => undefined);
let abort: AbortController;
beforeEach(() => (abort = new AbortController()));

it('settles like the work, and stops listening', async () => {
  expect(await untilAbandoned(Promise.resolve(1), abort.signal, 1)).toBe(1);
  await expect(untilAbandoned(Promise.reject(new Error('broken')), abort.signal, 1)).rejects.toThrow(
    'broken',
  );
  expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
});

it('waits for aborted work to end', async () => {
  const work = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => {
      reject(new Error('ended cleanly'));
    });
  });
  const waiting = untilAbandoned(work, abort.signal, 60_000);
  abort.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('ended cleanly');
});

it('abandons work that does not end, even if aborted before the call', async () => {
  const waiting = untilAbandoned(never, abort.signal, 1);
  abort.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  await expect(untilAbandoned(never, abort.signal, 1)).rejects.toThrow('stopped');
});

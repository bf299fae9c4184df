import { getEventListeners } from 'node:events';
import { untilAbandoned } from './patience';

const never = new Promise<never>(() => undefined);
let abort: AbortController;
beforeEach(() => (abort = new AbortController()));

it('gives what the work gives, and stops listening', async () => {
  expect(await untilAbandoned(Promise.resolve(1), abort.signal, 1)).toBe(1);
  await expect(untilAbandoned(Promise.reject(new Error('broken')), abort.signal, 1)).rejects.toThrow(
    'broken',
  );
  expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
});

it('lets work that was told to end do so in its own way', async () => {
  const work = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => {
      reject(new Error('ended in order'));
    });
  });
  const waiting = untilAbandoned(work, abort.signal, 60_000);
  abort.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('ended in order');
});

it('leaves work behind that does not end, also when it was told so before it began', async () => {
  const waiting = untilAbandoned(never, abort.signal, 1);
  abort.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  await expect(untilAbandoned(never, abort.signal, 1)).rejects.toThrow('stopped');
});

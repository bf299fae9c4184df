import { withTimeLimit } from './with-time-limit';

const never = new Promise<never>(() => undefined);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('settles like the promise within the limit, and leaves no timer', async () => {
  expect(await withTimeLimit(Promise.resolve(1), 50)).toBe(1);
  await expect(withTimeLimit(Promise.reject(new Error('broken')), 50)).rejects.toThrow('broken');
  expect(jest.getTimerCount()).toBe(0);
});

it('rejects after the limit', async () => {
  const waiting = expect(withTimeLimit(never, 50)).rejects.toThrow('no response within 50 ms');
  jest.advanceTimersByTime(50);
  await waiting;
});

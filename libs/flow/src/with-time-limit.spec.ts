import { withTimeLimit } from './with-time-limit';

const never = new Promise<never>(() => undefined);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('passes on what comes in time, and leaves no timer behind', async () => {
  expect(await withTimeLimit(Promise.resolve(1), 50)).toBe(1);
  await expect(withTimeLimit(Promise.reject(new Error('broken')), 50)).rejects.toThrow('broken');
  expect(jest.getTimerCount()).toBe(0);
});

it('ends what takes too long', async () => {
  const waiting = expect(withTimeLimit(never, 50)).rejects.toThrow('no answer within 50 ms');
  jest.advanceTimersByTime(50);
  await waiting;
});

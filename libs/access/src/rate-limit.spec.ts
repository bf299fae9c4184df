import type { Request } from 'express';
import { RateLimit, TooManyRequestsError, addressOf } from './rate-limit';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('limits each client per minute and reports when to try again', async () => {
  const limit = new RateLimit(2, 'Too much.');
  await limit.count('alice');
  await limit.count('alice');
  limit.check('alice');
  await expect(limit.count('alice')).rejects.toThrow('Too much. Try again in 60 seconds.');
  await limit.count('bob');

  jest.advanceTimersByTime(20_000);
  const again = thrownBy(() => {
    limit.check('alice');
  });
  expect(again).toBeInstanceOf(TooManyRequestsError);
  expect(again).toMatchObject({ retryAfterS: 40 });

  jest.advanceTimersByTime(40_001);
  limit.check('alice');
  await limit.count('alice');
});

it('counts an IPv6 network as one client, but IPv4-mapped addresses separately', () => {
  const of = (ip: string) => addressOf({ ip } as Request);
  expect(of('2001:db8:1:2:3::4')).toBe(of('2001:db8:1:2:ffff::'));
  expect(of('2001:db8:1:2::1')).not.toBe(of('2001:db8:1:3::1'));
  expect(of('192.0.2.1')).not.toBe(of('192.0.2.2'));
  expect(of('::ffff:192.0.2.1')).not.toBe(of('::ffff:192.0.2.2'));
});

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

import { recent } from './recent';

describe('recent', () => {
  it('shares one result among concurrent and later calls', async () => {
    let calls = 0;
    const count = recent(() => Promise.resolve(++calls), Infinity);
    await expect(Promise.all([count(), count()])).resolves.toEqual([1, 1]);
    await expect(count()).resolves.toBe(1);
  });

  it('loads again when the result is too old', async () => {
    let calls = 0;
    const count = recent(() => Promise.resolve(++calls), 0);
    await expect(count()).resolves.toBe(1);
    await expect(count()).resolves.toBe(2);
  });

  it('loads again after an error', async () => {
    const results = [Promise.reject(new Error('unavailable')), Promise.resolve(5)];
    const count = recent(() => results.shift() ?? Promise.resolve(0), Infinity);
    await expect(count()).rejects.toThrow('unavailable');
    await expect(count()).resolves.toBe(5);
  });
});

import { recent } from './recent';

describe('recent', () => {
  it('gives all who ask the same answer, while it is asked for and after', async () => {
    let asked = 0;
    const count = recent(() => Promise.resolve(++asked), Infinity);
    await expect(Promise.all([count(), count()])).resolves.toEqual([1, 1]);
    await expect(count()).resolves.toBe(1);
  });

  it('asks again when the answer is too old', async () => {
    let asked = 0;
    const count = recent(() => Promise.resolve(++asked), 0);
    await expect(count()).resolves.toBe(1);
    await expect(count()).resolves.toBe(2);
  });

  it('asks again after a failure', async () => {
    const answers = [Promise.reject(new Error('away')), Promise.resolve(5)];
    const count = recent(() => answers.shift() ?? Promise.resolve(0), Infinity);
    await expect(count()).rejects.toThrow('away');
    await expect(count()).resolves.toBe(5);
  });
});

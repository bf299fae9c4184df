import { mapOrdered } from './map-ordered';

/** A promise that the test settles manually. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('mapOrdered', () => {
  it('yields results in the order of the items, even if calls end in another order', async () => {
    const calls = [deferred<string>(), deferred<string>(), deferred<string>()];
    const results = collect(mapOrdered([0, 1, 2], 3, (i) => calls[i]!.promise));
    calls[2]!.resolve('c');
    calls[1]!.resolve('b');
    calls[0]!.resolve('a');
    expect(await results).toEqual(['a', 'b', 'c']);
  });

  it('never has more than `concurrency` results unconsumed', async () => {
    let started = 0;
    const mapped = mapOrdered([...Array(10).keys()], 3, (i) => Promise.resolve((started++, i)));
    await mapped.next();
    expect(started).toBe(3);
    await mapped.next();
    expect(started).toBe(4);
    await mapped.return();
    expect(started).toBe(4);
  });

  it('throws the error of a call after the calls in flight have ended', async () => {
    const slow = deferred<number>();
    let slowEnded = false;
    const results = collect(
      mapOrdered([0, 1], 2, (i) =>
        i === 0
          ? Promise.reject(new Error('frame 0 is broken'))
          : slow.promise.finally(() => (slowEnded = true)),
      ),
    );
    slow.resolve(1);
    await expect(results).rejects.toThrow('frame 0 is broken');
    expect(slowEnded).toBe(true);
  });

  it('starts no more calls once the signal is aborted', async () => {
    const abort = new AbortController();
    const started: number[] = [];
    const results = collect(
      mapOrdered(
        [0, 1, 2, 3],
        1,
        (i) => {
          started.push(i);
          if (i === 1) abort.abort(new Error('lease lost'));
          return Promise.resolve(i);
        },
        abort.signal,
      ),
    );
    await expect(results).rejects.toThrow('lease lost');
    expect(started).toEqual([0, 1]);
  });

  it('handles an empty input', async () => {
    expect(await collect(mapOrdered([], 4, () => Promise.resolve(1)))).toEqual([]);
  });
});

import { maxBatchSize, nextBatch } from './batching';

describe('nextBatch', () => {
  const batching = { preferredBatchSize: [4, 8], maxQueueDelayUs: 2000 };
  it.each([
    // waiting, age of the oldest in ms, next step
    [1, 0, { waitMs: 2 }],
    [3, 0.5, { waitMs: 2 }],
    [3, 1.5, { waitMs: 1 }],
    [3, 2, { take: 3 }],
    [1, 500, { take: 1 }],
    [4, 0, { take: 4 }],
    [7, 0, { take: 4 }],
    [7, 500, { take: 4 }],
    [8, 0, { take: 8 }],
    [100, 500, { take: 8 }],
  ])('%i images, the oldest waiting for %d ms', (waiting, oldestMs, expected) => {
    expect(nextBatch(batching, waiting, oldestMs)).toEqual(expected);
  });

  it('takes all waiting images at once if the delay is 0', () => {
    const eager = { preferredBatchSize: [8], maxQueueDelayUs: 0 };
    expect([1, 7, 8, 9].map((waiting) => nextBatch(eager, waiting, 0))).toEqual([
      { take: 1 },
      { take: 7 },
      { take: 8 },
      { take: 8 },
    ]);
  });

  it('takes images one by one if the preferred size is 1, whatever the delay', () => {
    const single = { preferredBatchSize: [1], maxQueueDelayUs: 10_000 };
    expect(nextBatch(single, 5, 0)).toEqual({ take: 1 });
  });

  it('rounds delays up to whole milliseconds', () => {
    expect(nextBatch({ preferredBatchSize: [2], maxQueueDelayUs: 100 }, 1, 0)).toEqual({ waitMs: 1 });
  });
});

describe('maxBatchSize', () => {
  it('is the largest preferred size', () => {
    expect(maxBatchSize({ preferredBatchSize: [8, 4], maxQueueDelayUs: 0 })).toBe(8);
    expect(maxBatchSize({ preferredBatchSize: [], maxQueueDelayUs: 0 })).toBe(1);
  });
});

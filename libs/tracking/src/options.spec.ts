import { completeOptions } from './options';

it('derives defaults from other options', () => {
  expect(completeOptions({})).toMatchObject({ lowThreshold: 0.1, newThreshold: 0.5, maxGap: 30 });
  expect(completeOptions({ highThreshold: 0.05, trackBuffer: 50 })).toMatchObject({
    lowThreshold: 0.05,
    newThreshold: 0.05,
    maxGap: 50,
  });
});

it.each([
  [{ lowThreshold: 0.6 }, 'Invalid thresholds'],
  [{ newThreshold: 0.4 }, 'Invalid thresholds'],
  [{ highThreshold: NaN }, 'Invalid thresholds'],
  [{ trackBuffer: 0 }, 'Invalid trackBuffer 0: expected a whole number from 1.'],
  [{ minLength: 1.5 }, 'Invalid minLength 1.5'],
  [{ maxGap: -1 }, 'Invalid maxGap -1'],
  [{ smoothing: Infinity }, 'Invalid smoothing Infinity'],
])('rejects %j', (options, message) => {
  expect(() => completeOptions(options)).toThrow(message);
});

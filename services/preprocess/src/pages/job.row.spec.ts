import { formatDuration } from './job.row';

describe('formatDuration', () => {
  it.each([
    [0, '0:00:00.000000'],
    [218_918, '0:03:38.918000'],
    [3_600_000, '1:00:00.000000'],
    [90_061_001, '25:01:01.001000'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

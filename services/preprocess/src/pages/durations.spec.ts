import { formatCount, formatDuration, formatMoment, formatSeconds, formatTimecode } from './durations';

describe('formatDuration', () => {
  it.each([
    [0, '0:00:00.000000'],
    [218_918, '0:03:38.918000'],
    [3_600_000, '1:00:00.000000'],
    [90_061_001, '25:01:01.001000'],
  ])('formats %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

it.each([
  [0, '0.0 s'],
  [9_940, '9.9 s'],
  [9_960, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [1_800_000, '30 min'],
  [185_000, '3 min 5 s'],
  [3_599_600, '1 h'],
  [7_800_000, '2 h 10 min'],
])('formats %d ms as %s', (ms, text) => {
  expect(formatSeconds(ms)).toBe(text);
});

it.each([
  [0, '0:00'],
  [7.9, '0:07'],
  [754, '12:34'],
  [3_723, '1:02:03'],
])('formats the position %d s as %s', (seconds, text) => {
  expect(formatTimecode(seconds)).toBe(text);
});

it('formats times with their zone, and counts with their thing', () => {
  expect(formatMoment(new Date('2026-11-03T06:05:59.999Z'))).toBe('3 Nov 2026, 06:05 UTC');
  expect([0, 1, 1234].map((n) => formatCount(n, 'frame'))).toEqual(['0 frames', '1 frame', '1,234 frames']);
});

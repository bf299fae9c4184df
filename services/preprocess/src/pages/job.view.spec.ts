import { describeOptions } from './job.view';

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

describe('describeOptions', () => {
  it('names the model and what it looks for', () => {
    const options = { model: 'yolox', score: 0.25, classes: ['person', 'car'], frameStep: 1 };
    expect(describeOptions(options)).toBe('yolox, score > 0.25, person, car');
  });

  it.each([
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [21, '21st'],
    [100, '100th'],
  ])('a frame step of %d is every %s frame', (frameStep, word) => {
    expect(describeOptions({ model: 'm', score: 0, classes: [], frameStep })).toBe(
      `m, score > 0, every ${word} frame`,
    );
  });
});

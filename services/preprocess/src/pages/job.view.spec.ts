import { describeOptions } from './job.view';

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

import { nearest, quoteWithNearest } from './nearest';

it.each([
  ['color', ['name', 'colour', 'dtype'], 'colour'],
  ['lables', ['title', 'labels'], 'labels'],
  ['dtect', ['list', 'pull', 'check', 'detect'], 'detect'],
  ['Person', ['person'], 'person'],
  ['persons', ['car', 'person'], 'person'],
  ['phone', ['cell phone'], 'cell phone'],
  ['cat', ['cats', 'cat'], 'cat'],
  ['unicorn', ['person', 'car'], undefined],
  ['boat', ['cat', 'dog'], undefined],
  ['x', ['axe'], undefined],
  ['', ['a'], undefined],
  ['a', [], undefined],
])('%j among %j: %j', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});

it('is fast for long words', () => {
  expect(nearest('x'.repeat(1_000_000), ['person'])).toBeUndefined();
  expect(quoteWithNearest('y'.repeat(100), ['person'])).toBe(`"${'y'.repeat(64)}"`);
});

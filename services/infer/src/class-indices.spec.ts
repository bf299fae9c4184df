import { classIndices } from './class-indices';

it('returns the index of every class with a chosen name', () => {
  const labels = ['car', 'person', 'car', 'dog'].map((name, column) => ({ name, column }));
  expect(classIndices(['car', 'dog', 'car'], labels)).toEqual([0, 2, 3]);
  expect(classIndices(['ghost'], labels)).toEqual([]);
});

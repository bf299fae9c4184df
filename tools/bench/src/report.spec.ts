import { figure, table } from './report';

it('table aligns its columns', () => {
  expect(
    table(
      ['what', 'figure'],
      [
        ['a', '1'],
        ['longer', '10.5'],
      ],
    ),
  ).toBe(
    ['| what   | figure |', '| ------ | -----: |', '| a      |      1 |', '| longer |   10.5 |'].join('\n'),
  );
});

it.each([
  [{ median: 25, min: 20, max: 25 }, '25.0 (20.0-25.0)'],
  [{ median: 5, min: 5, max: 5.01 }, '5.0'],
])('figure of %j', (spread, expected) => {
  expect(figure(spread, 1)).toBe(expected);
});

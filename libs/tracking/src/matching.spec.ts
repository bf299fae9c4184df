import { matchCandidates } from './matching';

it('takes disjoint candidates with the greatest total gain', () => {
  const chain = [
    { row: 0, column: 0, gain: 0.6 },
    { row: 1, column: 0, gain: 0.9 },
    { row: 1, column: 1, gain: 0.5 },
  ];
  expect(matchCandidates(chain)).toEqual([chain[0], chain[2]]);
});

it('never pairs rows and columns that are not candidates', () => {
  const star = [
    { row: 3, column: 0, gain: 0.4 },
    { row: 5, column: 0, gain: 0.8 },
    { row: 7, column: 0, gain: 0.3 },
  ];
  expect(matchCandidates(star)).toEqual([star[1]]);
});

it('solves groups that a later candidate joins', () => {
  const candidates = [
    { row: 0, column: 0, gain: 0.9 },
    { row: 1, column: 1, gain: 0.9 },
    { row: 0, column: 1, gain: 0.5 },
    { row: 2, column: 2, gain: 0.1 },
  ];
  expect(matchCandidates(candidates)).toEqual([candidates[0], candidates[1], candidates[3]]);
});

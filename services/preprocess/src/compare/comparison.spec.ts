import type { SummaryResource } from '#contract';
import { compareClasses } from './comparison';

function summary(counts: Record<string, number[]>): SummaryResource {
  const classes = Object.entries(counts).map(([label, bins], classIndex) => ({
    ...{ label, classIndex, colour: `#00000${classIndex}` },
    count: bins.reduce((sum, count) => sum + count, 0),
    frames: bins.filter((count) => count > 0).length,
    objects: null,
  }));
  return {
    frames: 4,
    frameRate: 1,
    total: 0,
    precision: null,
    classes,
    bins: { frames: 1, counts, objects: null },
    peaks: [],
  };
}

it('lists the classes of both runs with their differences, most frequent first', () => {
  const a = summary({ person: [1, 1, 0, 0], car: [0, 3, 3, 3] });
  const b = summary({ person: [1, 1, 1, 1], dog: [0, 0, 0, 1] });
  const compared = compareClasses(a, b);
  expect(compared.map((one) => [one.label, one.a.count, one.b.count, one.difference])).toEqual([
    ['car', 9, 0, '-9'],
    ['person', 2, 4, '+2'],
    ['dog', 0, 1, '+1'],
  ]);
});

it('draws both runs on the same axes, a step per bin', () => {
  const [person] = compareClasses(summary({ person: [0, 2] }), summary({ person: [1, 1] }));
  expect([person?.viewBox, person?.a.path, person?.b.path]).toEqual([
    '0 0 2 20',
    'M0 19.0H1.0V1.0H2.0',
    'M0 10.0H1.0V10.0H2.0',
  ]);
});

it('draws a line along the bottom for a run without the class', () => {
  const [person] = compareClasses(summary({}), summary({ person: [1, 1] }));
  expect(person?.a.path).toBe('M0 19.0H2');
});

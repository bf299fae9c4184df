import type { Detection } from '#detection';
import { agreementOf } from './agreement';

const found = (classIndex: number, score: number, x = 0): Detection => ({
  ...{ label: 'thing', classIndex, score },
  box: [x, 0, x + 0.5, 1],
});
const truths = [{ classIndex: 0, box: [0, 0, 0.5, 1] as const }];

it('counts the boxes that are found again, and compares their scores', () => {
  const fp32 = [found(0, 0.9), found(0, 0.8, 0.4), found(1, 0.7), found(0, 0.2, 0.2)]; // the last is below the threshold
  const int8 = [found(0, 0.8), found(2, 0.7), found(0, 0.5, 0.45)];
  const { share, scoreDifference, ap, accepted } = agreementOf([{ truths: undefined, fp32, int8 }], 0.5);
  expect(share).toBeCloseTo(2 / 3, 10);
  expect(scoreDifference).toBeCloseTo(0.2, 10);
  expect([ap, accepted]).toEqual([undefined, false]);
});

it('accepts by average precision where there are labels', () => {
  const fp32 = [found(0, 0.9), found(1, 0.8)];
  const same = agreementOf([{ truths, fp32, int8: [found(0, 0.6)] }], 0.5);
  expect(same).toMatchObject({ ap: { fp32: { ap: 1 }, int8: { ap: 1 } }, share: 0.5, accepted: true });
  expect(agreementOf([{ truths, fp32, int8: [] }], 0.5).accepted).toBe(false);
});

it('accepts a model that finds nothing in either precision', () => {
  expect(agreementOf([{ truths: undefined, fp32: [], int8: [] }], 0.5)).toMatchObject({ share: 1 });
});

import { nms, overlap } from './nms';

describe('overlap', () => {
  it.each([
    ['the same box', [0, 0, 2, 2, 0, 0, 2, 2], 1],
    ['a quarter shared', [0, 0, 2, 2, 1, 1, 3, 3], 1 / 7],
    ['one inside the other', [0, 0, 4, 4, 1, 1, 3, 3], 4 / 16],
    ['side by side', [0, 0, 1, 1, 1, 0, 2, 1], 0],
    ['two empty boxes', [1, 1, 1, 1, 1, 1, 1, 1], 0],
  ])('of %s', (_, boxes, expected) => {
    expect(overlap(boxes, 0, 1)).toBeCloseTo(expected, 12);
  });
});

describe('nms', () => {
  // B covers 8/12 of the union with A, C half of A; D lies alone
  const A = [0, 0, 10, 10];
  const B = [2, 0, 12, 10];
  const C = [0, 0, 10, 5];
  const D = [50, 50, 60, 60];

  it('keeps the best of boxes that overlap by more than the limit, in order of score', () => {
    const found = { boxes: [...B, ...A, ...D, ...C], scores: [0.8, 0.9, 0.5, 0.7], classes: [0, 0, 0, 0] };
    expect(nms(found, { iou: 0.6, max: 100 })).toEqual([1, 3, 2]);
  });

  it('keeps a box whose overlap is exactly the limit', () => {
    const found = { boxes: [...A, ...C], scores: [0.9, 0.8], classes: [0, 0] };
    expect(nms(found, { iou: 0.5, max: 100 })).toEqual([0, 1]);
    expect(nms(found, { iou: 0.49, max: 100 })).toEqual([0]);
  });

  it('drops a box at exactly the limit with atLimit', () => {
    const found = { boxes: [...A, ...C], scores: [0.9, 0.8], classes: [0, 0] };
    expect(nms(found, { iou: 0.5, max: 100, atLimit: true })).toEqual([0]);
    expect(nms(found, { iou: 0.51, max: 100, atLimit: true })).toEqual([0, 1]);
  });

  it('considers only the best of each class with perClass', () => {
    // B is dropped by A but counts as the second of its class, so D is not considered
    const found = { boxes: [...A, ...B, ...D, ...D], scores: [0.9, 0.8, 0.7, 0.6], classes: [0, 0, 0, 1] };
    expect(nms(found, { iou: 0.5, max: 100, perClass: 2 })).toEqual([0, 3]);
    expect(nms(found, { iou: 0.5, max: 100, perClass: 3 })).toEqual([0, 2, 3]);
  });

  it('keeps overlapping boxes of different classes', () => {
    const found = { boxes: [...A, ...A, ...A], scores: [0.7, 0.9, 0.8], classes: [3, 5, 3] };
    expect(nms(found, { iou: 0.5, max: 100 })).toEqual([1, 2]);
  });

  it('does not drop boxes that overlap only a dropped one', () => {
    // each overlaps the next by 2/3 and the one after by 3/7; A drops B, so C stays
    const chain = {
      boxes: [0, 0, 10, 1, 2, 0, 12, 1, 4, 0, 14, 1],
      scores: [0.9, 0.8, 0.7],
      classes: [0, 0, 0],
    };
    expect(nms(chain, { iou: 0.5, max: 100 })).toEqual([0, 2]);
  });

  it('stops at max', () => {
    const found = { boxes: [...A, ...D, ...A], scores: [0.5, 0.9, 0.8], classes: [0, 0, 1] };
    expect(nms(found, { iou: 0.5, max: 2 })).toEqual([1, 2]);
  });

  it('keeps the order of equal scores', () => {
    const found = { boxes: [...A, ...B], scores: [0.5, 0.5], classes: [0, 0] };
    expect(nms(found, { iou: 0.5, max: 100 })).toEqual([0]);
  });

  it('returns nothing for no candidates', () => {
    expect(nms({ boxes: [], scores: [], classes: [] }, { iou: 0.5, max: 100 })).toEqual([]);
  });
});

import { type Detection } from '#detection';
import { averagePrecision, type Scored } from './average-precision';

type Box = Detection['box'];
const A: Box = [0, 0, 0.2, 0.2];
const B: Box = [0.5, 0.5, 0.7, 0.7];
const FAR: Box = [0.9, 0.9, 1, 1];
const truth = (box: Box, classIndex = 0) => ({ box, classIndex });
const found = (box: Box, score: number, classIndex = 0) => ({ box, classIndex, score });
const of = (...images: Scored[]) => averagePrecision(images);

describe('averagePrecision', () => {
  it('is 1 for exact detections, and 0 for none', () => {
    const truths = [truth(A), truth(B, 1)];
    expect(of({ truths, detections: [found(A, 0.9), found(B, 0.4, 1)] })).toEqual({ ap: 1, ap50: 1 });
    expect(of({ truths, detections: [] })).toEqual({ ap: 0, ap50: 0 });
  });

  it('counts the IoU thresholds that an overlap reaches', () => {
    // .14 of .2 wide: IoU .7, which reaches .50 to .70
    const { ap, ap50 } = of({ truths: [truth(A)], detections: [found([0, 0, 0.14, 0.2], 0.9)] });
    expect(ap).toBeCloseTo(0.5, 10);
    expect(ap50).toBe(1);
  });

  it('interpolates precision over 101 recalls', () => {
    // true positive, false positive, true positive for two ground-truth boxes: precision 1 up to recall .5 (51 points), then 2/3 (50 points)
    const detections = [found(A, 0.9), found(FAR, 0.8), found(B, 0.7)];
    const { ap } = of({ truths: [truth(A), truth(B)], detections });
    expect(ap).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 10);
  });

  it('matches each truth only once, with the better detection', () => {
    // the duplicate is a false positive in second place, but recall 1 was reached before it
    expect(of({ truths: [truth(A)], detections: [found(A, 0.8), found(A, 0.9)] }).ap).toBe(1);
    const { ap } = of({
      truths: [truth(A), truth(B)],
      detections: [found(A, 0.9), found(A, 0.8), found(B, 0.7)],
    });
    expect(ap).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 10);
  });

  it('ranks detections over all images, but matches only within an image', () => {
    const ranked = of(
      { truths: [truth(A)], detections: [found(A, 0.5)] },
      { truths: [], detections: [found(A, 0.9)] },
    );
    expect(ranked.ap).toBeCloseTo(0.5, 10);
  });

  it('weights all classes that occur equally, and ignores the others', () => {
    const truths = [truth(A), truth(B), truth(FAR, 1)];
    const detections = [found(A, 0.9), found(B, 0.8), found(A, 0.99, 7)];
    expect(of({ truths, detections }).ap).toBeCloseTo(0.5, 10);
  });

  it('considers only the best 100 detections of an image', () => {
    const noise = Array.from({ length: 100 }, () => found(FAR, 0.9, 3));
    expect(of({ truths: [truth(A)], detections: [found(A, 0.5), ...noise] }).ap).toBe(0);
    expect(of({ truths: [truth(A)], detections: [found(A, 0.5), ...noise.slice(1)] }).ap).toBe(1);
  });
});

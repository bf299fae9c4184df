import { numbers } from '../test/scene';
import { Smoother } from './smoother';
import type { TrackedFrame } from './window';

const frame = (n: number, x: number, track = 1): TrackedFrame => ({
  n,
  boxes: [{ track, box: [x, 0, x + 10, 10], score: 0.9, classIndex: 0 }],
});

function smooth(frames: readonly TrackedFrame[], width: number): TrackedFrame[] {
  const smoother = new Smoother(width);
  return [...frames.flatMap((one) => smoother.add(one)), ...smoother.finish()];
}

it('keeps steady motion as it is, up to the ends', () => {
  const steady = Array.from({ length: 12 }, (_, n) => frame(n, 3 * n));
  const left = smooth(steady, 3).map(({ boxes }) => boxes[0]!.box[0]);
  left.forEach((x, n) => {
    expect(x).toBeCloseTo(3 * n, 10);
  });
});

it('reduces shaking', () => {
  const random = numbers(3);
  const shaking = Array.from({ length: 200 }, (_, n) => frame(n, random() * 10));
  const travelled = (frames: readonly TrackedFrame[]) =>
    frames.reduce(
      (sum, { boxes }, n) => sum + Math.abs(boxes[0]!.box[0] - (frames[n - 1]?.boxes[0]!.box[0] ?? 0)),
      0,
    );
  expect(travelled(smooth(shaking, 2))).toBeLessThan(travelled(shaking) / 2);
});

it('never mixes tracks or bridges gaps', () => {
  const frames = [frame(0, 0, 1), frame(1, 100, 2), frame(2, 5, 1)];
  expect(smooth(frames, 2)).toEqual(frames);
});

it('returns frames without boxes, in order', () => {
  const empty = Array.from({ length: 5 }, (_, n) => ({ n, boxes: [] }));
  expect(smooth(empty, 2)).toEqual(empty);
});

import { classColour } from './colours';
import type { TrackedDetection } from './scores';
import { TrackStyle } from './track-style';

const box = (left: number, track?: number): TrackedDetection => ({
  ...{ label: 'person', classIndex: 0, score: 0.9, box: [left, 0.2, left + 0.2, 0.6] },
  ...(track !== undefined && { track }),
});

const style = (options = {}, frameRate = 10) =>
  new TrackStyle({ TRAIL_SECONDS: 0.5, BOX_COLOURS: 'class', ...options }, frameRate);

/** The x of the points of the trail in each frame. */
function trails(added: TrackStyle, frames: readonly (number | undefined)[]) {
  return frames.map((left, n) => {
    const [drawn] = added.add({ n, boxes: left === undefined ? [] : [box(left, 1)] });
    return drawn?.trail?.map(([x]) => Number(x.toFixed(6)));
  });
}

it('shows where an object has been in the last half second', () => {
  const found = trails(style(), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  expect(found.slice(0, 3)).toEqual([[0.1], [0.1, 0.2], [0.1, 0.2, 0.3]]);
  expect(found[6]).toEqual([0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
});

it('is at the middle of the lower side', () => {
  expect(style().add({ n: 0, boxes: [box(0.4, 7)] })[0]?.trail).toEqual([[0.5, 0.6]]);
});

it('bridges frames without the object, but not for longer than its length', () => {
  const gap = (frames: number) => [0, ...Array<undefined>(frames).fill(undefined), 0.2];
  expect(trails(style(), gap(3)).at(-1)).toEqual([0.1, 0.3]);
  expect(trails(style(), gap(8)).at(-1)).toEqual([0.3]);
});

it('has at most 30 points a second, and always the current one', () => {
  const frames = Array.from({ length: 240 }, (_, n) => n / 400);
  const last = trails(style({ TRAIL_SECONDS: 1 }, 120), frames).at(-1)!;
  expect(last.length).toBeLessThanOrEqual(32);
  expect(last.at(-1)).toBeCloseTo(239 / 400 + 0.1);
});

it('keeps separate trails, and leaves boxes without a track alone', () => {
  const added = style();
  added.add({ n: 0, boxes: [box(0, 1), box(0.5, 2)] });
  const drawn = added.add({ n: 1, boxes: [box(0.1, 1), box(0.6, 2), box(0.3)] });
  expect(drawn.map(({ trail }) => trail?.length)).toEqual([2, 2, undefined]);
  expect(drawn[2]).toEqual(box(0.3));
});

it('can draw without trails, and in a colour per track', () => {
  const drawn = style({ TRAIL_SECONDS: 0, BOX_COLOURS: 'track' }).add({ n: 0, boxes: [box(0, 3), box(0.5)] });
  expect(drawn).toEqual([{ ...box(0, 3), colour: classColour(3) }, box(0.5)]);
});

import { person, track, video } from './track';

it('summarizes a track', () => {
  const { tracks } = track(video(5, (n) => (n === 2 ? [] : [person(10 * n, 100, n === 3 ? 0.95 : 0.9, 4)])));
  expect(tracks).toEqual([
    {
      id: 1,
      classIndex: 4,
      first: 0,
      last: 4,
      boxes: 5,
      detections: 4,
      best: { score: 0.95, n: 3 },
      meanBox: [20, 100, 60, 180],
      path: Array.from({ length: 5 }, (_, n) => ({ n, x: 20 + 10 * n, y: 180 })),
    },
  ]);
});

it('keeps the path of a long track short, evenly spaced, and with both ends', () => {
  const [summary] = track(video(1001, (n) => [person(n)])).tracks;
  const frames = summary!.path.map(({ n }) => n);
  expect(frames.length).toBeLessThanOrEqual(65);
  expect(frames.length).toBeGreaterThan(32);
  expect([frames[0], frames.at(-1)]).toEqual([0, 1000]);
  const spacings = new Set(frames.slice(1, -1).map((n, k) => n - frames[k]!));
  expect(spacings.size).toBe(1);
});

import type { FrameDetections } from '#annotation';
import type { Detection } from '#detection';
import { Timeline } from '#media';
import type { TrackerOptions } from '#tracking';
import { frameGroups } from '../frame-groups';
import { heldLines } from './held-lines';
import { trackLines } from './track-lines';
import { TrackList } from './track-list';
import { trackerOptions } from './tracker-options';

const RATE = { num: 10, den: 1 };
const OPTIONS = { highThreshold: 0.5, trackBuffer: 10, minLength: 2 };

/** Boxes of 10 by 20 % of the frame. */
const object = (left: number, score = 0.9, classIndex = 0): Detection => ({
  ...{ label: classIndex === 0 ? 'person' : 'car', classIndex, score },
  box: [left, 0.4, left + 0.1, 0.6],
});

interface Video {
  readonly timeline?: Timeline;
  readonly step?: number;
  readonly options?: Partial<TrackerOptions>;
  /** By frame that detection runs on. */
  readonly detect: (n: number) => readonly Detection[];
}

async function* groupsOf({ timeline = Timeline.constant(RATE, 10), step = 1, detect }: Video) {
  for (const frames of frameGroups(timeline, step)) {
    const found = detect(frames[0]!);
    yield await Promise.resolve({
      frames,
      detections: found.filter(({ score }) => !(score <= 0.5)),
      low: found.filter(({ score }) => score <= 0.5),
    });
  }
}

async function tracked(video: Video): Promise<FrameDetections[]> {
  const { timeline = Timeline.constant(RATE, 10), options = OPTIONS } = video;
  const size = { width: 1000, height: 500 };
  return collect(trackLines(groupsOf(video), { timeline, size, options }));
}

async function collect(lines: AsyncIterable<FrameDetections>): Promise<FrameDetections[]> {
  const all: FrameDetections[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

const lefts = (lines: readonly FrameDetections[]) =>
  lines.map(({ boxes }) => boxes.map(({ box, track }) => [track, Number(box[0].toFixed(4))]));

it('gives every frame a line, and detections of one object the same id', async () => {
  const lines = await tracked({ detect: (n) => [object(0.05 * n), object(0.8, 0.7)] });
  expect(lines.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(lines.map(({ boxes }) => boxes.map(({ track }) => track))).toEqual(Array(10).fill([1, 2]));
});

it('keeps detections that belong to no track', async () => {
  const lines = await tracked({ detect: (n) => (n === 4 ? [object(0.2)] : []) });
  expect(lines[4]).toEqual({ n: 4, boxes: [object(0.2)], low: [] });
});

it('fills gaps along the track', async () => {
  const lines = await tracked({ detect: (n) => (n > 3 && n < 6 ? [] : [object(0.05 * n)]) });
  expect(lines[4]?.boxes).toEqual([
    { ...object(0.2), box: [expect.closeTo(0.2), 0.4, expect.closeTo(0.3), 0.6], track: 1, filled: true },
  ]);
  expect(lines.every(({ boxes }) => boxes.length === 1)).toBe(true);
});

it('shows weak detections of a track, and keeps the others aside', async () => {
  const lines = await tracked({ detect: (n) => [object(0.1, n === 5 ? 0.3 : 0.9), object(0.6, 0.3)] });
  expect(lines[5]).toEqual({ n: 5, boxes: [{ ...object(0.1, 0.3), track: 1 }], low: [object(0.6, 0.3)] });
});

it('sorts boxes by score, unknown scores last', async () => {
  const lines = await tracked({
    detect: (n) => [object(0.1, n === 5 ? 0.3 : 0.9), object(0.3, NaN), object(0.6, 0.7)],
  });
  expect(lines[5]?.boxes.map(({ score }) => score)).toEqual([0.7, 0.3, NaN]);
});

describe('where detection runs on every third frame', () => {
  it('moves boxes along tracks, and holds them after the last detection', async () => {
    const lines = await tracked({ step: 3, detect: (n) => (n < 9 ? [object(0.01 * n)] : []) });
    expect(lefts(lines)).toEqual(
      [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.06, 0.06, []].map((left) =>
        Array.isArray(left) ? [] : [[1, left]],
      ),
    );
    expect(lines.map(({ boxes }) => boxes[0]?.filled ?? false)).toEqual(
      [false, true, true, false, true, true, false, true, true, false], // prettier-ignore
    );
  });

  it('holds detections without a track, as without tracking', async () => {
    const detect = (n: number) => (n === 3 ? [object(0.2)] : []);
    const lines = await tracked({ step: 3, detect });
    const untracked = await collect(heldLines(groupsOf({ step: 3, detect })));
    expect(lines).toEqual(untracked);
    expect(lefts(lines).map((boxes) => boxes.length)).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 0]);
  });

  it('holds weak detections', async () => {
    const lines = await tracked({ step: 3, detect: () => [object(0.2, 0.3)] });
    expect(lines[4]).toEqual({ n: 4, boxes: [], low: [object(0.2, 0.3)] });
  });
});

it('gives output frames that show the same image the same boxes', async () => {
  const timeline = new Timeline(RATE, 0, [
    [2, 1],
    [2, 3],
    [2, 1],
  ]);
  const lines = await tracked({ timeline, detect: (n) => [object(0.05 * n)] });
  const expected = [0, 0.05, 0.1, 0.1, 0.1, 0.25, 0.25, 0.25, 0.4, 0.45];
  expect(lefts(lines)).toEqual(expected.map((left) => [[1, left]]));
});

it('moves boxes to the time of skipped frames that are repeated', async () => {
  const timeline = new Timeline(RATE, 0, [[5, 2]]);
  const lines = await tracked({ timeline, step: 2, detect: (n) => [object(0.01 * n)] });
  const expected = [0, 0, 0.02, 0.02, 0.04, 0.04, 0.06, 0.06, 0.08, 0.08];
  expect(lefts(lines)).toEqual(expected.map((left) => [[1, left]]));
});

it('a video of one frame has one line', async () => {
  const timeline = Timeline.constant(RATE, 1);
  expect(await tracked({ timeline, detect: () => [object(0.1)] })).toEqual([
    { n: 0, boxes: [object(0.1)], low: [] },
  ]);
});

describe('the list of tracks', () => {
  it('says when, where and how certain each was', async () => {
    const list = new TrackList(10);
    const detect = (n: number) => [
      ...(n > 3 && n < 6 ? [] : [object(0.05 * n, n === 7 ? 0.95 : 0.9)]),
      ...(n > 5 ? [object(0.7, 0.6, 1)] : []),
    ];
    for (const line of await tracked({ detect })) list.add(line);
    const { frameRate, tracks } = list.list();
    expect(frameRate).toBe(10);
    expect(tracks).toMatchObject([
      {
        ...{
          id: 1,
          label: 'person',
          classIndex: 0,
          firstFrame: 0,
          lastFrame: 9,
          firstTime: 0,
          lastTime: 0.9,
        },
        ...{ boxes: 10, detections: 8, bestScore: 0.95, bestFrame: 7 },
        meanBox: [0.225, 0.4, 0.325, 0.6],
      },
      { ...{ id: 2, label: 'car', classIndex: 1, firstFrame: 6, lastFrame: 9, boxes: 4, bestScore: 0.6 } },
    ]);
    expect(tracks[0]?.path.slice(0, 2)).toEqual([
      [0, 0.05, 0.6],
      [1, 0.1, 0.6],
    ]);
  });

  it('has no score where none is known', async () => {
    const list = new TrackList(10);
    for (const line of await tracked({ detect: () => [object(0.1, NaN)] })) list.add(line);
    expect(list.list().tracks).toMatchObject([{ bestScore: null, bestFrame: 0 }]);
  });
});

describe('options', () => {
  const options = { model: 'm', score: 0.4, classes: [], frameStep: 1 };

  it.each([undefined, options, { ...options, tracking: 'off' as const }])('do not track by %j', (given) => {
    expect(trackerOptions(given, 30)).toBeUndefined();
  });

  it.each([
    [{}, { highThreshold: 0.4, trackBuffer: 30 }],
    [
      { trackBuffer: 90, minLength: 7 },
      { highThreshold: 0.4, trackBuffer: 90, minLength: 7 },
    ],
  ])('track by %j', (given, expected) => {
    expect(trackerOptions({ ...options, tracking: 'on', ...given }, 29.97)).toEqual(expected);
  });
});

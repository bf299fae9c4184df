import { createTracker, iou, type Box } from '#tracking';
import { Scene } from './scene';
import { ids, person, track, video } from './track';

describe('identities', () => {
  it('objects that cross keep their ids', () => {
    const { boxes, tracks } = track(video(60, (n) => [person(5 * n), person(300 - 5 * n, 110)]));
    expect(tracks).toHaveLength(2);
    for (const [n, frame] of boxes.entries()) {
      expect(frame.map(({ track: id, box }) => [id, box[0]])).toEqual([
        [1, 5 * n],
        [2, 300 - 5 * n],
      ]);
    }
  });

  it('ids count from 1 in order of first appearance, then of detections', () => {
    const late = person(900);
    const { boxes } = track(video(9, (n) => [...(n >= 3 ? [late] : []), person(500), person(100)]));
    const idsAt = (x: number) => boxes[8]!.find(({ box }) => box[0] === x)!.track;
    expect([idsAt(500), idsAt(100), idsAt(900)]).toEqual([1, 2, 3]);
  });

  it('dropped tracks take no id', () => {
    const { boxes } = track(
      video(20, (n) => [...(n < 2 ? [person(500)] : []), ...(n >= 5 ? [person(100)] : [])]),
    );
    expect([...new Set(ids(boxes).flat())]).toEqual([1]);
  });

  it('an object that moves and is hidden for less than the buffer keeps its id', () => {
    const hidden = (n: number) => n > 20 && n < 45;
    const { tracks } = track(video(80, (n) => (hidden(n) ? [] : [person(4 * n)])));
    expect(tracks).toMatchObject([{ id: 1, first: 0, last: 79, boxes: 80, detections: 56 }]);
  });

  it('an object that is hidden for longer gets another id', () => {
    const { tracks } = track(video(80, (n) => (n > 20 && n < 60 ? [] : [person(100)])));
    expect(tracks).toMatchObject([
      { id: 1, first: 0, last: 20 },
      { id: 2, first: 60, last: 79 },
    ]);
  });
});

describe('scores', () => {
  it('weak detections continue a track', () => {
    const { tracks } = track(
      video(100, (n) => [person(2 * n, 100, n % 10 === 0 ? 0.8 : 0.2)]),
      { minLength: 1 },
    );
    expect(tracks).toMatchObject([{ first: 0, last: 99, detections: 100, best: { score: 0.8, n: 0 } }]);
  });

  it('weak detections never start one', () => {
    expect(track(video(50, () => [person(100, 100, 0.5)])).tracks).toEqual([]);
  });

  it('nor lengthen one that is still too short', () => {
    expect(track(video(50, (n) => [person(100, 100, n === 0 ? 0.9 : 0.3)])).tracks).toEqual([]);
  });

  it('thresholds follow those of a job', () => {
    const weak = video(50, () => [person(100, 100, 0.35)]);
    expect(track(weak, { highThreshold: 0.3 }).tracks).toHaveLength(1);
    expect(track(weak, { highThreshold: 0.3, newThreshold: 0.4 }).tracks).toEqual([]);
  });

  it('detections up to the low threshold are ignored', () => {
    const { tracks } = track(video(20, (n) => [person(100, 100, n < 10 ? 0.9 : 0.1)]));
    expect(tracks).toMatchObject([{ last: 9 }]);
  });

  it('an unknown score exceeds every threshold', () => {
    const { tracks } = track(video(5, () => [person(100, 100, NaN)]));
    expect(tracks).toMatchObject([{ detections: 5, best: { score: NaN, n: 0 } }]);
  });
});

describe('classes', () => {
  const flickering = video(10, (n) => [person(100, 100, n === 4 ? 0.95 : 0.9, n === 4 ? 7 : 2)]);

  it('a track has detections of one class', () => {
    const { tracks } = track(flickering, { minLength: 1 });
    expect(tracks.map(({ id, classIndex, detections }) => [id, classIndex, detections])).toEqual([
      [1, 2, 9],
      [2, 7, 1],
    ]);
  });

  it('or, class-agnostic, of several: the most certain one counts', () => {
    const { boxes, tracks } = track(flickering, { classAgnostic: true });
    expect(tracks).toMatchObject([{ id: 1, classIndex: 2, detections: 10 }]);
    expect(boxes[4]).toMatchObject([{ classIndex: 7 }]);
  });
});

describe('gaps', () => {
  it('are filled along the path, with the score between', () => {
    const { boxes } = track(
      video(12, (n) => (n > 3 && n < 8 ? [] : [person(6 * n, 100, n < 5 ? 0.9 : 0.7)])),
    );
    expect(boxes[3]).toEqual([
      { track: 1, box: [18, 100, 58, 180], score: 0.9, classIndex: 0, detection: 0 },
    ]);
    expect(boxes[4]).toEqual([
      { track: 1, box: [24, 100, 64, 180], score: expect.closeTo(0.86) as number, classIndex: 0 },
    ]);
  });

  it('are never filled before the first or after the last detection', () => {
    const { boxes } = track(video(60, (n) => (n < 20 || n > 30 ? [] : [person(6 * n)])));
    expect(boxes.map((frame) => frame.length)).toEqual(
      video(60, () => []).map((_, n) => (n < 20 || n > 30 ? 0 : 1)),
    );
  });

  it('longer than maxGap remain, with the same id on both sides', () => {
    const { boxes } = track(
      video(40, (n) => (n > 10 && n < 20 ? [] : [person(100)])),
      { maxGap: 5 },
    );
    expect(ids(boxes)).toEqual(Array.from({ length: 40 }, (_, n) => (n > 10 && n < 20 ? [] : [1])));
  });

  it('of skipped frames are always filled: IoU with linear motion is at least .7', () => {
    const truth = (n: number): Box => [8 * n, 100 + 3 * n, 8 * n + 40, 180 + 3 * n];
    const shake = (n: number) => (n % 2) - 0.5;
    const frames = video(91, (n) => {
      const [x1, y1, x2, y2] = truth(n);
      return [{ box: [x1 + shake(n), y1, x2 + shake(n), y2] as const, score: 0.9, classIndex: 0 }];
    });
    const { boxes, tracks } = track(frames, { maxGap: 0 }, 3);
    expect(tracks).toMatchObject([{ first: 0, last: 90, boxes: 91, detections: 31 }]);
    for (const [n, frame] of boxes.entries()) expect(iou(frame[0]!.box, truth(n))).toBeGreaterThan(0.7);
  });
});

describe('output', () => {
  it('tracks shorter than minLength are dropped, others are complete', () => {
    const frames = video(30, (n) => [...(n < 4 ? [person(100)] : []), ...(n < 5 ? [person(400)] : [])]);
    const { boxes, tracks } = track(frames, { minLength: 5 });
    expect(tracks).toMatchObject([{ id: 1, first: 0, last: 4 }]);
    expect(ids(boxes).slice(0, 6)).toEqual([[1], [1], [1], [1], [1], []]);
  });

  it('frames arrive in order, once, and soon', () => {
    const tracker = createTracker({ smoothing: 3 });
    const scene = new Scene(10);
    const frames: number[] = [];
    for (let n = 0; n < 300; n++) {
      frames.push(...tracker.update(n, scene.next()).frames.map((frame) => frame.n));
      expect(n - frames.length).toBeLessThan(30 + 3);
    }
    frames.push(...tracker.finish().frames.map((frame) => frame.n));
    expect(frames).toEqual([...Array(300).keys()]);
  });

  it('is the same for the same input', () => {
    const run = () => {
      const scene = new Scene(20, 9);
      return JSON.stringify(track(video(300, () => scene.next())));
    };
    expect(run()).toBe(run());
  });

  it('boxes name their detections, each at most once', () => {
    const scene = new Scene(20);
    const frames = video(200, () => scene.next());
    for (const [n, frame] of track(frames).boxes.entries()) {
      const detected = frame.filter(({ detection }) => detection !== undefined);
      expect(new Set(detected.map(({ detection }) => detection)).size).toBe(detected.length);
      for (const { detection, box } of detected) expect(frames[n]![detection!]!.box).toEqual(box);
    }
  });
});

describe('unusual input', () => {
  it('frames without detections are returned empty', () => {
    expect(track(video(40, () => []))).toEqual({ boxes: video(40, () => []), tracks: [] });
  });

  it('nothing at all', () => {
    expect(createTracker().finish()).toEqual({ frames: [], tracks: [] });
  });

  it('boxes that are empty, inverted or not finite are ignored', () => {
    const absurd: Box[] = [
      [0, 0, 0, 0],
      [50, 50, 10, 90],
      [NaN, 0, 10, 10],
      [0, 0, Infinity, 10],
      [-1e308, -1e308, 1e308, 1e308],
    ];
    const frames = video(10, () => [
      ...absurd.map((box) => ({ box, score: 0.9, classIndex: 0 })),
      person(100),
    ]);
    const { boxes, tracks } = track(frames);
    expect(tracks).toHaveLength(1);
    expect(boxes.flat().map(({ detection }) => detection)).toEqual(Array(10).fill(absurd.length));
  });

  it('boxes that jump and change size do no harm', () => {
    const frames = video(200, (n) => [
      { box: [0, 0, 1 + (n % 7) ** 6, 1 + (n % 5) ** 7], score: 1, classIndex: 0 },
    ]);
    const numbers = track(frames)
      .boxes.flat()
      .flatMap(({ box }) => box);
    expect(numbers.every(Number.isFinite)).toBe(true);
  });

  it.each([[[3, 3]], [[3, 2]], [[-1]], [[0.5]]])('rejects frames %j: out of order or not whole', (frames) => {
    const tracker = createTracker();
    expect(() => {
      for (const n of frames) tracker.update(n, []);
    }).toThrow(RangeError);
  });
});

import { bestScores, isAbove } from './threshold';
import type { TrackEntry } from './tracks';

const entry = (id: number, bestScore: number | null): TrackEntry => ({
  ...{ id, label: 'person', classIndex: 0, bestScore, bestFrame: 0 },
  ...{ firstFrame: 0, lastFrame: 9, firstTime: 0, lastTime: 0.9, boxes: 10, detections: 10 },
  ...{ meanBox: [0, 0, 1, 1], path: [[0, 0.5, 1]] },
});

describe('a threshold', () => {
  const best = bestScores({ frameRate: 10, tracks: [entry(1, 0.8), entry(2, 0.4), entry(3, null)] });

  it('includes the scores above it, and unknown ones', () => {
    expect([0.4, 0.5, 0.6, NaN].map((score) => isAbove({ score }, 0.5))).toEqual([false, false, true, true]);
  });

  it('includes every box of a track whose best score is above it', () => {
    expect([1, 2, 3, 4].map((track) => isAbove({ score: 0.3, track }, 0.5, best))).toEqual([
      ...[true, false, true, false],
    ]);
    expect(isAbove({ score: 0.3, track: 1 }, 0.8, best)).toBe(false);
  });

  it('ignores tracks in jobs without any', () => {
    expect(bestScores(undefined).size).toBe(0);
    expect(isAbove({ score: 0.3, track: 1 }, 0.5)).toBe(false);
  });
});

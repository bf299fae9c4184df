import type { TrackEntry } from '#annotation/files';
import { toTracks } from './tracks.resource';

const entry = (id: number, label: string, bestScore: number | null): TrackEntry => ({
  ...{ id, label, classIndex: label.length, bestScore, bestFrame: 2, firstFrame: 1, lastFrame: 3 },
  ...{ firstTime: 0.1, lastTime: 0.3, boxes: 3, detections: 2 },
  ...{ meanBox: [0, 0.1, 0.2, 0.3], path: [[1, 0.1, 0.3]] },
});
const stored = {
  frameRate: 10,
  tracks: [entry(1, 'person', 0.9), entry(2, 'car', 0.4), entry(3, 'car', null)],
};
const idsFor = (query: Parameters<typeof toTracks>[1]) => toTracks(stored, query).tracks.map(({ id }) => id);

it('adds the colour of the class', () => {
  expect(toTracks(stored, {})).toEqual({
    frameRate: 10,
    tracks: stored.tracks.map((track) => ({
      ...track,
      colour: expect.stringMatching(/^#[0-9a-f]{6}$/) as string,
    })),
  });
});

it('filters by class and best score; no threshold excludes an unknown score', () => {
  expect(idsFor({ classes: 'car, bus' })).toEqual([2, 3]);
  expect(idsFor({ minScore: 0.4 })).toEqual([1, 3]);
  expect(idsFor({ minScore: 1, classes: 'car' })).toEqual([3]);
});

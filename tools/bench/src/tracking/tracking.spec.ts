import { sample } from '../../../../test/support/test-data';
import { flickerOf } from './flicker';
import { readSequence } from './sequence';
import { sortTracks } from './sort';
import { qualityOf, trackSequence } from './tracking';

const folder = sample('data/mot');
const withData = folder === undefined ? it.skip : it; // the sequences are optional

const percent = (share: number) => Number((100 * share).toFixed(1));

withData("the metrics reproduce SORT's published row of TUD-Campus", () => {
  const sequence = readSequence(folder!, 'TUD-Campus');
  const quality = qualityOf(sequence, sortTracks(sequence, { maxAge: 1, minHits: 3, minIou: 0.3 }));
  expect(quality).toMatchObject({ falsePositives: 15, misses: 113, switches: 6 });
  expect([quality.hota, quality.mota, quality.idf1].map(percent)).toEqual([45.3, 62.7, 60.6]);
});

/** HOTA and IDF1 of SORT with `max_age` 30; MOTA within 1 of the best of SORT and OC-SORT. */
withData.each([
  ['TUD-Campus', { hota: 50.5, idf1: 71.7, mota: 62 }],
  ['MOT17-02-FRCNN', { hota: 34.6, idf1: 40.4, mota: 31.2 }],
])('%s: the tracker is at least as good as SORT', (name, least) => {
  const sequence = readSequence(folder!, name);
  const { hota, idf1, mota } = qualityOf(sequence, trackSequence(sequence));
  expect(percent(hota)).toBeGreaterThanOrEqual(least.hota);
  expect(percent(idf1)).toBeGreaterThanOrEqual(least.idf1);
  expect(percent(mota)).toBeGreaterThanOrEqual(least.mota);
});

it('flicker is the share of boxes without one in the same place in the frame before', () => {
  const box = (left: number) => ({ box: [left, 0, left + 10, 10] as const });
  expect(flickerOf([[box(0)], [box(1), box(50)], [box(2), box(51)], [box(90)]])).toBeCloseTo(2 / 5);
  expect(flickerOf([[box(0)], []])).toBeNaN();
});

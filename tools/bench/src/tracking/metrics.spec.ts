import type { Box } from '#tracking';
import { clearMetrics } from './clear';
import { hotaMetrics } from './hota';
import { identityF1 } from './identity';
import { parseSequence, type Sequence, type Tracks } from './sequence';
import { compare } from './similarity';

/** Two objects far apart, for `frames` frames. */
const A: Box = [0, 0, 10, 10];
const B: Box = [100, 0, 110, 10];

function truth(frames: number, distracts = false): Sequence {
  const object = { counts: true, distracts: false };
  const boxes = [
    { id: 1, box: A, ...object },
    { id: 2, box: B, counts: !distracts, distracts },
  ];
  return { name: 'made up', detections: [], truth: Array.from({ length: frames }, () => boxes) };
}

const repeat = (frames: number, at: (n: number) => Tracks[number]): Tracks =>
  Array.from({ length: frames }, (_, n) => at(n));

function metrics(sequence: Sequence, tracks: Tracks) {
  const compared = compare(sequence, tracks);
  return { ...clearMetrics(compared), ...hotaMetrics(compared), idf1: identityF1(compared) };
}

describe('metrics', () => {
  it('are 1 for the truth itself', () => {
    const perfect = repeat(4, () => [
      { id: 7, box: A },
      { id: 8, box: B },
    ]);
    expect(metrics(truth(4), perfect)).toEqual({
      mota: 1,
      idf1: 1,
      hota: expect.closeTo(1, 12) as number,
      detection: expect.closeTo(1, 12) as number,
      association: expect.closeTo(1, 12) as number,
      truePositives: 8,
      falsePositives: 0,
      misses: 0,
      switches: 0,
    });
  });

  it('count a swap of two tracks as two switches', () => {
    const swapped = repeat(4, (n) => [
      { id: n < 2 ? 7 : 8, box: A },
      { id: n < 2 ? 8 : 7, box: B },
    ]);
    // Of each object half the boxes agree with each track: association 2 / (4 + 4 - 2), detection 1.
    expect(metrics(truth(4), swapped)).toMatchObject({
      mota: 1 - 2 / 8,
      switches: 2,
      idf1: 0.5,
      detection: expect.closeTo(1, 12) as number,
      association: expect.closeTo(1 / 3, 12) as number,
      hota: expect.closeTo(Math.sqrt(1 / 3), 12) as number,
    });
  });

  it('count misses and false positives', () => {
    const wrong = repeat(4, () => [
      { id: 7, box: A },
      { id: 8, box: [500, 0, 510, 10] as const },
    ]);
    expect(metrics(truth(4), wrong)).toMatchObject({
      mota: 0,
      misses: 4,
      falsePositives: 4,
      idf1: 0.5,
      detection: expect.closeTo(1 / 3, 12) as number,
      association: expect.closeTo(1, 12) as number,
    });
  });

  it('need an overlap of half for CLEAR and IDF1; HOTA averages over overlaps', () => {
    const shifted = repeat(2, () => [
      { id: 7, box: [0, 0, 10, 4] as const }, // overlap .4: found at 8 of 19 overlaps
      { id: 8, box: B },
    ]);
    expect(metrics(truth(2), shifted)).toMatchObject({
      truePositives: 2,
      misses: 2,
      falsePositives: 2,
      idf1: 0.5,
      detection: expect.closeTo((8 + 11 / 3) / 19, 12) as number,
    });
  });

  it('prefer the track of the frame before to a better overlap', () => {
    const near: Box = [0, 0, 10, 7];
    const tracks = repeat(3, (n) => [
      { id: 7, box: n === 0 ? A : near },
      ...(n > 0 ? [{ id: 8, box: A }] : []),
    ]);
    const one: Sequence = { ...truth(3), truth: truth(3).truth.map((frame) => frame.slice(0, 1)) };
    expect(metrics(one, tracks)).toMatchObject({ switches: 0, truePositives: 3, falsePositives: 2 });
  });

  it('count a switch also after a gap', () => {
    const tracks = repeat(4, (n) => (n === 1 ? [] : [{ id: n < 1 ? 7 : 8, box: A }]));
    expect(metrics(truth(4), tracks)).toMatchObject({ switches: 1, misses: 5 });
  });

  it('remove boxes on distractors, and excuse misses of what does not count', () => {
    const tracks = repeat(4, () => [
      { id: 7, box: A },
      { id: 8, box: B },
    ]);
    expect(metrics(truth(4, true), tracks)).toMatchObject({ mota: 1, falsePositives: 0, misses: 0, idf1: 1 });
  });

  it('are defined without tracks', () => {
    expect(metrics(truth(2), [])).toMatchObject({ mota: 0, hota: 0, idf1: 0, misses: 4, falsePositives: 0 });
  });
});

describe('parseSequence', () => {
  it('reads frames from 1, corners from sides, and the classes of MOT17', () => {
    const det = '2,-1,10,20,30,40,0.9,-1,-1,-1\n1,-1,0,0,5,5,-1\n';
    const gt = '1,3,0,0,5,5,1,1,1\n1,4,0,0,5,5,0,8,1\n2,5,0,0,5,5,0,1,1\n2,6,0,0,5,5,1,-1,-1,-1\n';
    const sequence = parseSequence('s', det, gt);
    expect(sequence.detections).toEqual([
      [{ box: [0, 0, 5, 5], score: NaN, classIndex: 0 }],
      [{ box: [10, 20, 40, 60], score: 0.9, classIndex: 0 }],
    ]);
    expect(sequence.truth.flat().map(({ id, counts, distracts }) => [id, counts, distracts])).toEqual([
      [3, true, false],
      [4, false, true],
      [5, false, false],
      [6, true, false],
    ]);
  });

  it('rejects lines without numbers', () => {
    expect(() => parseSequence('s', 'a,b\n', '')).toThrow('Invalid line "a,b".');
  });
});

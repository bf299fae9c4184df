import { type Thresholds } from './head';
import { Ssd300 } from './ssd300';

const ANCHORS = 8732;

describe('Ssd300', () => {
  const head = new Ssd300({ loc: 'loc', conf: 'conf' }, [
    { name: 'cat', column: 0 },
    { name: 'dog', column: 1 },
  ]);
  const all: Thresholds = { score: 0.05, iou: 0.5, max: 20 };

  /** Background, except at some anchors: their offsets, and logits of background, cat and dog. */
  function outputs(...found: { anchor: number; offsets?: number[]; logits: number[] }[]) {
    const loc = new Float32Array(4 * ANCHORS);
    const conf = new Float32Array(3 * ANCHORS);
    conf.fill(10, 0, ANCHORS);
    for (const { anchor, offsets = [0, 0, 0, 0], logits } of found) {
      offsets.forEach((value, k) => (loc[k * ANCHORS + anchor] = value));
      logits.forEach((value, k) => (conf[k * ANCHORS + anchor] = value));
    }
    return [
      { data: loc, dims: [1, 4, ANCHORS] },
      { data: conf, dims: [1, 3, ANCHORS] },
    ];
  }

  it('returns nothing if all is background', () => {
    expect(head.decode(outputs(), 0, all)).toEqual([]);
  });

  it('decodes offsets from the default box and applies softmax', () => {
    // anchor 8728: centre .5, .5, size .87; softmax of 0, ln 3, ln 1 = 1/5, 3/5, 1/5
    const offsets = [1, -0.5, -5 * Math.LN2, -10 * Math.LN2];
    const both = head.decode(outputs({ anchor: 8728, offsets, logits: [0, Math.log(3), 0] }), 0, all);
    expect(both.map(({ label }) => label)).toEqual(['cat', 'dog']);
    expect(both[0]!.score).toBeCloseTo(0.6, 6);
    expect(both[1]!.score).toBeCloseTo(0.2, 6);
    // centre .5 + .1 * .87 and .5 - .05 * .87, size .87 / 2 and .87 / 4
    const expected = [0.587 - 0.2175, 0.4565 - 0.10875, 0.587 + 0.2175, 0.4565 + 0.10875];
    expected.forEach((side, i) => {
      expect(both[0]!.box[i]).toBeCloseTo(side, 6);
    });
  });

  it('handles large logits', () => {
    const [cat, ...others] = head.decode(outputs({ anchor: 0, logits: [900, 1000, 0] }), 0, all);
    expect([cat?.label, cat?.score, others]).toEqual(['cat', 1, []]);
  });

  it('compares the softmax over all classes with the threshold', () => {
    // against the background alone the cat would have 1/2; with the dog it has 1/3
    const third = outputs({ anchor: 0, logits: [0, 0, 0] });
    expect(head.decode(third, 0, { ...all, score: 0.34 })).toEqual([]);
    expect(head.decode(third, 0, { ...all, score: 0.33 })).toHaveLength(2);
    expect(head.decode(third, 0, { ...all, score: 1 })).toEqual([]);
    expect(head.decode(outputs(), 0, { ...all, score: 0 })).toHaveLength(20);
  });

  it('drops NaN logits', () => {
    expect(head.decode(outputs({ anchor: 0, logits: [0, NaN, 9] }), 0, all)).toEqual([]);
  });

  it('returns only the wanted classes', () => {
    const both = outputs({ anchor: 0, logits: [0, 2, 1] });
    const found = head.decode(both, 0, { ...all, max: 1, classes: [1] });
    expect(found).toMatchObject([{ classIndex: 1, label: 'dog' }]);
    expect(found[0]!.score).toBeCloseTo(Math.E / (1 + Math.E ** 2 + Math.E), 6); // the cat counts in the softmax
  });

  it('drops the weaker of two boxes that overlap by exactly the limit', () => {
    // both reach beyond the image, so both are clipped to all of it: overlap 1
    const large = [0, 0, 10, 10];
    const found = outputs(
      { anchor: 8728, offsets: large, logits: [0, 5, 0] },
      { anchor: 8729, offsets: large, logits: [0, 6, 0] },
    );
    expect(head.decode(found, 0, { ...all, iou: 1 })).toMatchObject([{ box: [0, 0, 1, 1] }]);
  });

  it('considers only the best 200 boxes of a class', () => {
    const cats = Array.from({ length: 300 }, (_, i) => ({
      anchor: 38 * 38 * (i % 2) + i,
      logits: [0, 5, 0],
    }));
    const dog = { anchor: 700, logits: [0, 0, 2] };
    const found = head.decode(outputs(...cats, dog), 0, { ...all, iou: 1, max: 1000 });
    expect(found.filter(({ label }) => label === 'cat')).toHaveLength(200);
    expect(found.filter(({ label }) => label === 'dog')).toHaveLength(1);
  });

  it('decodes each image of a batch separately', () => {
    const [a, b] = [outputs({ anchor: 0, logits: [0, 5, 0] }), outputs({ anchor: 8728, logits: [0, 0, 5] })];
    const batch = [0, 1].map((k) => ({
      data: Float32Array.from([...a[k]!.data, ...b[k]!.data]),
      dims: [2, ...a[k]!.dims.slice(1)],
    }));
    expect(head.decode(batch, 0, all)).toEqual(head.decode(a, 0, all));
    expect(head.decode(batch, 1, all)).toEqual(head.decode(b, 0, all));
  });
});

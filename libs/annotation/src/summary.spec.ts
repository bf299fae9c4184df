import { Summarizer, type Summary } from './summary';

const detection = (label: string, score = 0.5) => ({ label, classIndex: label.length, score });
const many = (count: number, label = 'person', score = 0.5) =>
  Array.from({ length: count }, () => detection(label, score));

function summarize(frames: readonly (readonly ReturnType<typeof detection>[])[], frameRate = 10): Summary {
  const summarizer = new Summarizer(frameRate);
  for (const detections of frames) summarizer.add(detections);
  return summarizer.summary();
}

/** `length` frames, empty except for the given ones. */
const video = (length: number, given: Readonly<Record<number, ReturnType<typeof detection>[]>>) =>
  Array.from({ length }, (_, n) => given[n] ?? []);

describe('Summarizer', () => {
  it('counts detections and frames per class, most detections first', () => {
    const { frames, frameRate, total, classes } = summarize([
      [detection('car'), detection('person'), detection('person')],
      [],
      [detection('person'), detection('car')],
    ]);
    expect({ frames, frameRate, total }).toEqual({ frames: 3, frameRate: 10, total: 5 });
    expect(classes).toEqual([
      { label: 'person', classIndex: 6, count: 3, frames: 2 },
      { label: 'car', classIndex: 3, count: 2, frames: 2 },
    ]);
  });

  it('has a bin for each frame of a short video', () => {
    const { bins } = summarize([
      [],
      [detection('car'), detection('person'), detection('person')],
      [detection('car')],
      [],
    ]);
    expect(bins).toEqual({ frames: 1, counts: { person: [0, 2, 0, 0], car: [0, 1, 1, 0] } });
  });

  it.each([
    [500, 1, 500],
    [501, 2, 251],
    [1000, 2, 500],
    [1001, 4, 251],
    [100_000, 256, 391],
  ])('has bins for %d frames of %d frames each: %d', (length, frames, count) => {
    const { bins } = summarize(video(length, { 0: many(1), [length - 1]: many(3) }));
    expect(bins.frames).toBe(frames);
    expect(bins.counts['person']).toHaveLength(count);
    expect(bins.counts['person']?.[0]).toBe(1);
    expect(bins.counts['person']?.at(-1)).toBe(3);
  });

  it('counts the busiest frame of a bin for each class separately', () => {
    const given = {
      0: many(1),
      1: [...many(3), detection('car')],
      2: many(2),
      3: [detection('car'), detection('car')],
    };
    const { bins } = summarize(video(1001, given));
    expect([bins.frames, bins.counts['person']?.[0], bins.counts['car']?.[0]]).toEqual([4, 3, 2]);
  });

  it('accepts any label', () => {
    const { bins, classes } = summarize([[detection('__proto__'), detection('constructor')]]);
    expect(Object.entries(bins.counts)).toEqual([
      ['__proto__', [1]],
      ['constructor', [1]],
    ]);
    expect(JSON.parse(JSON.stringify(bins.counts))).toEqual(bins.counts);
    expect(classes).toHaveLength(2);
  });

  describe('with tracks', () => {
    const tracked = (track: number, label = 'person') => ({ ...detection(label), track });
    const summarizeTracked = (frames: readonly (readonly ReturnType<typeof detection>[])[]) => {
      const summarizer = new Summarizer(10, { tracked: true });
      for (const detections of frames) summarizer.add(detections);
      return summarizer.summary();
    };

    it('counts each object once per class, in the bin where it appears first', () => {
      const { classes, bins } = summarizeTracked([
        [tracked(1), tracked(2, 'car'), detection('person')],
        [tracked(1), tracked(3)],
        [tracked(3), tracked(2, 'car')],
        [tracked(1), tracked(4)],
      ]);
      expect(classes.map(({ label, count, objects }) => [label, count, objects])).toEqual([
        ['person', 7, 3],
        ['car', 2, 1],
      ]);
      expect(bins.objects).toEqual({ person: [1, 1, 0, 1], car: [1, 0, 0, 0] });
    });

    it('adds up the bins of a long video', () => {
      const { bins, classes } = summarizeTracked(Array.from({ length: 1001 }, (_, n) => [tracked(n >> 1)]));
      expect(bins.objects?.['person']?.slice(0, 2)).toEqual([2, 2]);
      expect(bins.objects?.['person']?.reduce((a, b) => a + b)).toBe(501);
      expect(classes[0]?.objects).toBe(501);
    });

    it('says that nothing was found', () => {
      expect(summarizeTracked([[]])).toMatchObject({ classes: [], bins: { counts: {}, objects: {} } });
    });
  });

  it('does not count objects without tracks', () => {
    const { bins, classes } = summarize([[detection('car')]]);
    expect([bins.objects, classes[0]?.objects]).toEqual([undefined, undefined]);
  });

  describe('peaks', () => {
    it('are the frames with the most detections, in order of time', () => {
      const { peaks } = summarize(video(100, { 70: many(2), 10: many(5), 40: many(1) }));
      expect(peaks).toEqual([
        { frame: 10, time: 1, count: 5 },
        { frame: 40, time: 4, count: 1 },
        { frame: 70, time: 7, count: 2 },
      ]);
    });

    it('are, with equal counts, the most confident frames, then the earliest', () => {
      const { peaks } = summarize(video(9, { 2: many(2), 4: many(2, 'person', 0.9), 6: many(2) }));
      expect(peaks.map(({ frame }) => frame)).toEqual([4]);
      expect(summarize(Array.from({ length: 9 }, () => many(2))).peaks.map(({ frame }) => frame)).toEqual([
        0,
      ]);
    });

    it('count unknown scores as 0', () => {
      const { peaks } = summarize(video(9, { 2: many(1, 'class 1', NaN), 4: many(1) }));
      expect(peaks.map(({ frame }) => frame)).toEqual([4]);
    });

    it('are at least a second and 4 % of the video apart', () => {
      const everywhere = (length: number) => summarize(Array.from({ length }, () => many(1)));
      expect(everywhere(55).peaks.map(({ frame }) => frame)).toEqual([0, 10, 20, 30, 40, 50]);
      const { peaks } = everywhere(10_000);
      expect(peaks).toHaveLength(8);
      const gaps = peaks.slice(1).map(({ frame }, n) => frame - peaks[n]!.frame);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(400);
    });

    it('are limited to the 8 with the most detections', () => {
      const given = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [n * 20, many(n + 1)]));
      expect(summarize(video(240, given)).peaks.map(({ count }) => count)).toEqual([
        5, 6, 7, 8, 9, 10, 11, 12,
      ]);
    });

    it('are exact to the frame in a long video', () => {
      const { peaks } = summarize(video(50_000, { 12_345: many(3), 33_333: many(4), 33_334: many(2) }));
      expect(peaks.map(({ frame }) => frame)).toEqual([12_345, 33_333]);
    });
  });

  it.each([0, 1, 700])('has neither classes nor peaks for %d frames without detections', (frames) => {
    expect(summarize(video(frames, {}))).toEqual({
      ...{ frames, frameRate: 10, total: 0, classes: [] },
      bins: { frames: frames > 500 ? 2 : 1, counts: {} },
      peaks: [],
    });
  });
});

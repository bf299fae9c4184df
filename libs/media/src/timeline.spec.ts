import { Timeline, planTimeline } from './timeline';

const fps = (num: number, den = 1) => ({ num, den });
const options = { declared: [fps(30)], tick: 1 / 90_000 };
/** Times of frames at a constant rate from second `start` on, rounded to ticks of `tick` seconds. */
const regular = (count: number, rate: number, tick = 1e-6, start = 0) =>
  Array.from({ length: count }, (_, k) => Math.round((start + k / rate) / tick) * tick);

const perSecond = (num: number) => ({ num, den: 1 });

describe('planTimeline', () => {
  it.each([
    ['23.976', fps(24000, 1001)],
    ['24', fps(24)],
    ['29.97', fps(30000, 1001)],
    ['59.94', fps(60000, 1001)],
    ['90', fps(90)],
    ['165', fps(165)],
    ['240', fps(240)],
  ])('gives each frame one slot at %s fps, with times in whole milliseconds', (_, rate) => {
    const times = regular(2000, rate.num / rate.den, 0.001, 0.021);
    const { timeline, shift } = planTimeline(times, { declared: [rate], tick: 0.001 });
    expect(timeline).toMatchObject({ frameRate: rate, frames: 2000, repeatedFrames: 0 });
    expect(timeline.origin).toBeCloseTo(0.021, 6);
    expect(shift).toBeLessThan(0.001);
  });

  it('ignores a declared rate that the times contradict', () => {
    const times = regular(12, 1 / 20);
    expect(planTimeline(times, options).timeline).toMatchObject({ frameRate: fps(1, 20), frames: 12 });
    const ntsc = planTimeline(regular(2000, 24000 / 1001), { ...options, declared: [fps(24)] });
    expect(ntsc.timeline.frameRate).toEqual(fps(24000, 1001));
  });

  it('repeats frames to fill gaps in the grid', () => {
    const times = regular(10, 30).filter((_, k) => k < 4 || k % 2 === 0);
    const { timeline, shift } = planTimeline(times, options);
    expect(timeline).toMatchObject({ frameRate: fps(30), frames: 9, sourceFrames: 7, repeatedFrames: 2 });
    expect([...timeline.spans()].map(({ first, times }) => [first, times])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 2],
      [6, 2],
      [8, 1],
    ]);
    expect(shift).toBeLessThan(0.001);
  });

  it('uses the common divisor of irregular pauses as its grid', () => {
    const { timeline } = planTimeline([0, 20, 45, 60, 100], { ...options, declared: [fps(25)] });
    expect(timeline).toMatchObject({ frameRate: fps(1, 5), sourceFrames: 5, frames: 21 });
  });

  it.each([
    ['25 fps with a pause', 25, 0.04, 8.29],
    ['24 fps with a jump that ends between two slots', 24, 1 / 24, 0.0625],
    ['59.94 fps with a pause', 60000 / 1001, 1001 / 60000, 3.123],
  ])('keeps the rate of %s and starts the second run at the nearest slot', (_, rate, step, pause) => {
    const times = Array.from({ length: 200 }, (_, k) => k * step + (k < 100 ? 0 : pause));
    const { timeline, shift } = planTimeline(times, { declared: [], tick: 1 / 90_000 });
    expect(timeline.frameRate.num / timeline.frameRate.den).toBeCloseTo(rate, 3);
    expect(shift).toBeLessThan(0.5 / rate + 0.0001);
    expect(timeline.sourceFrames).toBe(200);
    expect([...timeline.spans()].filter(({ times }) => times > 1).length).toBeLessThanOrEqual(1);
  });

  it('uses a finer grid for short steps that fit no constant rate', () => {
    const times = [0, 0.04, 0.09, 0.15, 0.16, 0.25, 0.31, 0.4, 0.48, 0.49];
    const { timeline, shift } = planTimeline(times, { declared: [perSecond(25)], tick: 0.001 });
    expect(timeline.frameRate).toEqual(perSecond(100));
    expect(shift).toBeLessThan(0.001);
  });

  it('drops no frame and keeps the order if several share a time', () => {
    const times = [0, 0, 0.5, 0.5, 0.5, 1, 2];
    const { timeline } = planTimeline(times, { ...options, maxRate: 30 });
    const firsts = [...timeline.spans()].map(({ first }) => first);
    expect(firsts).toHaveLength(7);
    expect(firsts).toEqual([...new Set(firsts)].sort((a, b) => a - b));
  });

  it('stays within the limits and reports the shift that this takes', () => {
    const times = [...regular(100, 30), 7200.0123, 14_000.0456];
    const { timeline, shift } = planTimeline(times, { ...options, maxFrames: 20_000 });
    expect(timeline.sourceFrames).toBe(102);
    expect(timeline.frames).toBeLessThanOrEqual(1020);
    expect(shift).toBeGreaterThan(0.045);
  });

  it('handles a single frame', () => {
    expect(planTimeline([3], options).timeline).toMatchObject({ frameRate: fps(30), frames: 1, origin: 3 });
  });
});

it('Timeline survives storing and reading back', () => {
  const timeline = Timeline.fromSlots(fps(30), 0.5, [0, 1, 2, 5, 6]);
  expect(timeline).toMatchObject({ frames: 7, sourceFrames: 5, duration: 7 / 30 });
  expect(Timeline.fromStored(timeline.toStored())).toEqual(timeline);
});

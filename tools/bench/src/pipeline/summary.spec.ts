import type { Run } from '../run';
import { precisionLine, renderTables } from './render';
import { summarize } from './summary';
import type { Round } from './variants';

function run(total: number, cpu = 650): Run {
  return {
    frames: 100,
    boxes: 500,
    aviBytes: 3_000_000,
    mp4Bytes: 500_000,
    keptBytes: 40_000_000,
    precision: 'fp32',
    seconds: { preprocess: 1, infer: 2, postprocess: 4, total },
    cpuMs: { preprocess: 100, infer: 200, postprocess: 300, database: 50, total: cpu },
  };
}

function round(naive: number, loop: number, full: number): Round {
  return {
    'naive-mpeg4': run(naive),
    'naive-mjpeg': run(10),
    'one-loop': run(loop, 1300),
    full: { ...run(full), precision: 'int8' },
  };
}

const rounds = [round(20, 5, 5), round(10, 6, 4), round(20, 7, 4)];

describe('summarize', () => {
  const summary = summarize(rounds);

  it('computes frames/s, and wall-clock and CPU time a frame', () => {
    expect(summary.variants.find(({ variant }) => variant === 'full')).toEqual({
      variant: 'full',
      framesPerSecond: {
        preprocess: { median: 100, min: 100, max: 100 },
        infer: { median: 50, min: 50, max: 50 },
        postprocess: { median: 25, min: 25, max: 25 },
        total: { median: 25, min: 20, max: 25 },
      },
      wallMsPerFrame: {
        preprocess: { median: 10, min: 10, max: 10 },
        infer: { median: 20, min: 20, max: 20 },
        postprocess: { median: 40, min: 40, max: 40 },
        total: { median: 40, min: 40, max: 50 },
      },
      cpuMsPerFrame: {
        preprocess: { median: 1, min: 1, max: 1 },
        infer: { median: 2, min: 2, max: 2 },
        postprocess: { median: 3, min: 3, max: 3 },
        database: { median: 0.5, min: 0.5, max: 0.5 },
        total: { median: 6.5, min: 6.5, max: 6.5 },
      },
      boxesPerFrame: { median: 5, min: 5, max: 5 },
      aviMb: { median: 3, min: 3, max: 3 },
      mp4Mb: { median: 0.5, min: 0.5, max: 0.5 },
      keptMb: { median: 40, min: 40, max: 40 },
    });
  });

  it('compares the variants that ran, in speed and in CPU time', () => {
    expect(
      summary.comparisons.map(({ fast, slow, speed, cpu }) => [fast, slow, speed.ofMedians, cpu.ofMedians]),
    ).toEqual([
      ['full', 'naive-mpeg4', 5, 1],
      ['full', 'naive-mjpeg', 2.5, 1],
      ['one-loop', 'naive-mpeg4', 20 / 6, 0.5],
      ['full', 'one-loop', 1.5, 2],
    ]);
    expect(summary.comparisons[0]?.speed.perRound).toEqual([4, 2.5, 5]);
  });
});

describe('renderTables', () => {
  it('prints medians with their spread', () => {
    expect(renderTables([{ summary: summarize(rounds) }])).toMatch(
      /^\| Boxreel full, mjpeg.* 25\.0 \(20\.0-25\.0\) /m,
    );
  });

  it('names the clip where a table has several', () => {
    const summary = summarize(rounds);
    const tables = renderTables([
      { clip: '1920x1080', summary },
      { clip: '3840x2160', summary },
    ]);
    expect(tables).toMatch(/^\| 1920x1080, one loop, mpeg4 AVI /m);
    expect(tables).toMatch(/^\| 3840x2160, as each comes: Boxreel full, one loop .* \*\*2\.00x\*\*/m);
  });
});

it('precisionLine tells the precision of Boxreel from that of the others', () => {
  expect(precisionLine(rounds)).toBe('Boxreel ran it in int8, the others in fp32');
});

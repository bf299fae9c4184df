import { renderSummary, summarize, table, type Round } from './report';
import type { Run } from './run';

function run(total: number): Run {
  return {
    frames: 100,
    boxes: 500,
    aviBytes: 3_000_000,
    mp4Bytes: 500_000,
    seconds: { preprocess: 1, infer: 2, postprocess: 4, total },
    cpuMs: { preprocess: 100, infer: 200, postprocess: 300, database: 50, total: 650 },
  };
}

function round(naiveMpeg4: number, boxreelMjpeg: number): Round {
  return {
    'naive-mpeg4': run(naiveMpeg4),
    'naive-mjpeg': run(10),
    'boxreel-mp4': run(10),
    'boxreel-mjpeg': run(boxreelMjpeg),
    'boxreel-mpeg4': run(8),
  };
}

describe('summarize', () => {
  const summary = summarize([round(20, 5), round(10, 4), round(20, 4)]);

  it('computes frames/s and CPU per frame', () => {
    expect(summary.variants['boxreel-mjpeg']).toEqual({
      framesPerSecond: {
        preprocess: { median: 100, min: 100, max: 100 },
        infer: { median: 50, min: 50, max: 50 },
        postprocess: { median: 25, min: 25, max: 25 },
        total: { median: 25, min: 20, max: 25 },
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
    });
  });

  it('compares the defaults, and each codec with the same codec', () => {
    expect(summary.ratios.map(({ fast, slow, ofMedians }) => [fast, slow, ofMedians])).toEqual([
      ['boxreel-mp4', 'naive-mpeg4', 2],
      ['boxreel-mjpeg', 'naive-mpeg4', 5],
      ['boxreel-mpeg4', 'naive-mpeg4', 2.5],
      ['boxreel-mjpeg', 'naive-mjpeg', 2.5],
    ]);
    expect(summary.ratios[1]?.perRound).toEqual([4, 2.5, 5]);
  });

  it('prints medians with their spread', () => {
    expect(renderSummary(summary)).toMatch(/Boxreel, mjpeg.* 25\.0 \(20\.0-25\.0\) /);
  });
});

it('table aligns its columns', () => {
  expect(
    table(
      ['what', 'figure'],
      [
        ['a', '1'],
        ['longer', '10.5'],
      ],
    ),
  ).toBe(
    ['| what   | figure |', '| ------ | -----: |', '| a      |      1 |', '| longer |   10.5 |'].join('\n'),
  );
});

import { join } from 'node:path';
import type { Manifest } from '#detection';
import { defaultModel } from '../../../../test/support/model';
import { FRAME_RATE, makeClip } from '../clip';
import { machineLine, type Machine } from '../machine';
import type { Options, Size } from '../options';
import { THRESHOLDS, type Run } from '../run';
import { precisionLine, renderTables } from './render';
import { runBoxreel } from './run-boxreel';
import { runNaive } from './run-naive';
import { runOneLoop } from './run-one-loop';
import { summarize, type Summary } from './summary';
import { SIZE_VARIANTS, VARIANTS, type Round, type VariantName } from './variants';

const WARM_UP_FRAMES = 30;

/** What all runs share. */
interface Bench {
  readonly folder: string;
  readonly databasePid: number;
  readonly machine: Machine;
  readonly options: Options;
  readonly manifest: Manifest;
  readonly modelPath: string;
}

interface Clip {
  readonly size: Size;
  readonly video: string;
  readonly warmUp: string;
}

interface Measured {
  readonly size: Size;
  readonly rounds: readonly Round[];
  readonly summary: Summary;
}

/**
 * Runs the naive pipeline, one loop and Boxreel in turn on the same clip, then one loop and Boxreel on clips of other
 * sizes, and prints comparisons.
 * @returns all results
 */
export async function measureSpeed(
  folder: string,
  databasePid: number,
  options: Options,
  machine: Machine,
): Promise<object> {
  const { rounds, size, sizes, sizeRounds, frames } = options;
  const bench: Bench = { folder, databasePid, options, machine, ...(await defaultModel()) };
  const model = bench.manifest.name;
  console.log(
    `Clips: ${frames} frames, made by ffmpeg: H.264, a moving texture with two objects and noise.\n` +
      `Detector: ${model}. The clips contain nothing that it knows, so every variant draws its best guesses:\n` +
      `at most ${THRESHOLDS.max} per frame with a score over ${THRESHOLDS.score}.\n`,
  );
  const main = await measureSize(bench, size, options.variants, rounds);
  const head = `${machineLine(machine)}.\n${model}: ${precisionLine(main.rounds)}.`;
  console.log(`\n${head}\n\n${nameOf(size)}, ${frames} frames:\n\n${renderTables([main])}\n`);
  const bySize: Measured[] = [];
  for (const each of sizes) bySize.push(await measureSize(bench, each, SIZE_VARIANTS, sizeRounds));
  if (bySize.length > 0) {
    const parts = bySize.map(({ size, summary }) => ({ clip: nameOf(size), summary }));
    console.log(`\nOther sizes, ${frames} frames:\n\n${renderTables(parts)}`);
  }
  return { thresholds: THRESHOLDS, model, summary: main.summary, rounds: main.rounds, sizes: bySize };
}

/** Runs the variants in turn on a clip of one size. */
async function measureSize(
  bench: Bench,
  size: Size,
  variants: readonly VariantName[],
  count: number,
): Promise<Measured> {
  const clip = await makeClips(bench, size);
  const rounds: Round[] = [];
  for (let n = 1; n <= count; n++) {
    console.log(`${nameOf(size)}: round ${n} of ${count}`);
    const round = await runRound(bench, clip, variants);
    checkFrames(round, bench.options.frames);
    rounds.push(round);
  }
  return { size, rounds, summary: summarize(rounds) };
}

async function makeClips({ folder, options }: Bench, size: Size): Promise<Clip> {
  const name = nameOf(size);
  return {
    size,
    video: await makeClip(folder, `clip-${name}.mp4`, size, options.frames),
    warmUp: await makeClip(folder, `warm-up-${name}.mp4`, size, WARM_UP_FRAMES),
  };
}

async function runRound(bench: Bench, clip: Clip, variants: readonly VariantName[]): Promise<Round> {
  const { folder, manifest, modelPath, databasePid, options } = bench;
  const request = { ...clip, frameRate: FRAME_RATE, manifest, modelPath };
  const round: Partial<Record<VariantName, Run>> = {};
  if (variants.some((name) => name.startsWith('naive'))) {
    const naive = await runNaive({ ...request, folder: join(folder, 'naive') });
    round['naive-mpeg4'] = naive.mpeg4;
    round['naive-mjpeg'] = naive.mjpeg;
  }
  if (variants.includes('one-loop'))
    round['one-loop'] = await runOneLoop({ ...request, target: join(folder, 'one-loop.avi') });
  for (const name of variants) {
    const variant = VARIANTS[name];
    if (!('settings' in variant)) continue;
    const settings = { PRECISION: options.precision, ...variant.settings };
    round[name] = await runBoxreel(settings, clip, databasePid);
  }
  return round;
}

/** A variant that lost frames has not done the work. */
function checkFrames(round: Round, expected: number): void {
  for (const [variant, { frames }] of Object.entries(round)) {
    if (frames !== expected) throw new Error(`${variant} made ${frames} frames of ${expected}.`);
  }
}

function nameOf({ width, height }: Size): string {
  return `${width}x${height}`;
}

import { join } from 'node:path';
import { ensureModel, loadManifest } from '#detection';
import { ask } from '../child';
import type { Options } from '../options';
import { figure, table } from '../report';
import { THRESHOLDS } from '../run';
import { spread } from '../statistics';
import type { EngineLoop, EngineReport } from './engine';
import type { NaiveLoop } from './naive';

/** A variant: the naive loop, or the engine with a number of sessions and images per run. */
type Variant = 'naive' | { readonly instances: number; readonly batch: number };

/** Measurements of a variant, one per round. */
interface Row {
  readonly model: string;
  readonly variant: Variant;
  readonly imagesPerSecond: number[];
  readonly reports: EngineReport[];
}

/**
 * Measures images/s of each model: a naive loop, then the engine with 1..n sessions and batches, in turn in each round,
 * and prints them as a table.
 * @returns all results
 */
export async function measureThroughput(images: readonly string[], options: Options): Promise<object> {
  const { modelsDir, cacheDir, models, rounds } = options;
  const rows: Row[] = [];
  for (const model of models) {
    const manifest = await loadManifest(model, modelsDir);
    const modelPath = await ensureModel(manifest, { cacheDir, onProgress: console.log });
    const thresholds = { ...THRESHOLDS, iou: manifest.defaults.iou };
    const variants = variantsOf(options).map((variant): Row => ({
      model,
      variant,
      imagesPerSecond: [],
      reports: [],
    }));
    for (let round = 1; round <= rounds; round++) {
      console.log(`${model}: round ${round} of ${rounds}`);
      for (const { variant, imagesPerSecond, reports } of variants) {
        if (variant === 'naive') {
          const request: NaiveLoop = { manifest, modelPath, images, thresholds };
          imagesPerSecond.push(images.length / (await ask<number>(join(__dirname, 'naive.js'), request)));
        } else {
          const request: EngineLoop = { options: engineOptions(variant, options), model, images, thresholds };
          const report = await ask<EngineReport>(join(__dirname, 'engine.js'), request);
          imagesPerSecond.push(images.length / report.seconds);
          reports.push(report);
        }
      }
    }
    rows.push(...variants);
    console.log(`\n${render(variants)}\n`);
  }
  return { rows };
}

function variantsOf({ sessions, batches }: Options): Variant[] {
  return ['naive', ...batches.flatMap((batch) => sessions.map((instances) => ({ instances, batch })))];
}

function engineOptions(
  { instances, batch }: Exclude<Variant, 'naive'>,
  options: Options,
): EngineLoop['options'] {
  return {
    modelsDir: options.modelsDir,
    cacheDir: options.cacheDir,
    device: options.device,
    cpus: options.cpus,
    memoryBytes: 4 * 1024 ** 3,
    queueLimit: 1,
    instances,
    preferredBatchSize: [batch],
    maxQueueDelayUs: batch > 1 ? 5_000 : 0,
  };
}

/** Medians of the rounds, with the minimum and maximum in brackets. */
function render(rows: readonly Row[]): string {
  const naive = rows.find(({ variant }) => variant === 'naive');
  const base = naive && spread(naive.imagesPerSecond).median;
  const header = [
    'sessions x batch',
    'images/s',
    'x naive',
    'input ms',
    'model ms',
    'output ms',
    'CPU ms',
    'mean batch',
    'lag p99 ms',
  ];
  const lines = rows.map(({ variant, imagesPerSecond, reports }) => {
    const rate = spread(imagesPerSecond);
    const median = (of: (report: EngineReport) => number, digits = 1) =>
      reports.length > 0 ? spread(reports.map(of)).median.toFixed(digits) : '';
    return [
      variant === 'naive' ? 'naive loop' : `${variant.instances} x ${variant.batch}`,
      figure(rate, 1),
      base === undefined ? '' : `${(rate.median / base).toFixed(2)}x`,
      median((report) => report.inputMs),
      median((report) => report.computeMs),
      median((report) => report.outputMs, 2),
      median((report) => report.cpuMsPerImage),
      median((report) => report.meanBatch),
      median((report) => report.lagP99Ms),
    ];
  });
  return `${rows[0]?.model ?? ''}\n\n${table(header, lines)}`;
}

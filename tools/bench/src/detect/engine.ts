/** Runs images through the engine, in a separate process. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Engine, type EngineOptions, type Thresholds } from '#detection';
import { mapOrdered } from '#flow';
import { answer } from '../child';
import { cpuMs } from '../processes';

export interface EngineLoop {
  readonly options: Omit<EngineOptions, 'observer' | 'onProgress'>;
  readonly model: string;
  readonly images: readonly string[];
  readonly thresholds: Thresholds;
}

export interface EngineReport {
  readonly seconds: number;
  /** Means over the images, in milliseconds; of the model's run, the image's share of its batch. */
  readonly inputMs: number;
  readonly computeMs: number;
  readonly outputMs: number;
  readonly meanBatch: number;
  readonly cpuMsPerImage: number;
  /** Event loop delay of the thread that feeds the engine, in milliseconds, 99th percentile. */
  readonly lagP99Ms: number;
}

/** Images to process before the clock starts. */
const WARM_UP = 40;

/** @returns the measurements; processes as many images concurrently as the engine supports */
async function main(request: EngineLoop): Promise<EngineReport> {
  const { options, model, images, thresholds } = request;
  const runs: number[] = [];
  const engine = new Engine({
    ...options,
    observer: { request: () => undefined, execution: ({ batch }) => runs.push(batch) },
  });
  await engine.load(model);
  const detectAll = async (files: readonly string[]) => {
    const sums = { inputMs: 0, computeMs: 0, outputMs: 0 };
    const results = mapOrdered(files, engine.concurrency(model), (file) =>
      engine.detect(model, file, { ...thresholds, exemptFromQueueLimit: true }),
    );
    for await (const { inputMs, computeMs, outputMs, batch } of results) {
      sums.inputMs += inputMs;
      sums.computeMs += computeMs / batch;
      sums.outputMs += outputMs;
    }
    return sums;
  };
  await detectAll(images.slice(0, WARM_UP));
  runs.length = 0;
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  const [start, cpuBefore] = [performance.now(), cpuMs('self')];
  const sums = await detectAll(images);
  const seconds = (performance.now() - start) / 1000;
  const cpu = cpuMs('self') - cpuBefore;
  lag.disable();
  await engine.close();
  const each = (sum: number) => sum / images.length;
  return {
    seconds,
    inputMs: each(sums.inputMs),
    computeMs: each(sums.computeMs),
    outputMs: each(sums.outputMs),
    meanBatch: images.length / runs.length,
    cpuMsPerImage: each(cpu),
    lagP99Ms: lag.percentile(99) / 1e6 - 5, // subtract the period of the monitor's timer
  };
}

answer(main);

/** Pictures through the engine, in a process of its own. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Engine, type EngineOptions, type Thresholds } from '#detection';
import { mapOrdered } from '#flow';
import { answer } from '../child';
import { cpuMs } from '../processes';

export interface EngineLoop {
  readonly options: Omit<EngineOptions, 'observer' | 'onProgress'>;
  readonly model: string;
  readonly pictures: readonly string[];
  readonly thresholds: Thresholds;
}

export interface EngineReport {
  readonly seconds: number;
  /** Means over the pictures, in milliseconds; of the model's run, the picture's share of its batch. */
  readonly inputMs: number;
  readonly computeMs: number;
  readonly outputMs: number;
  readonly meanBatch: number;
  readonly cpuMsPerPicture: number;
  /** How late the thread that feeds the engine was, in milliseconds: 99 of 100 times less than this. */
  readonly lagP99Ms: number;
}

/** Pictures that are looked at before the clock starts. */
const WARM_UP = 40;

/** @returns what the pictures took; as many are under way at once as the engine can use */
async function main(request: EngineLoop): Promise<EngineReport> {
  const { options, model, pictures, thresholds } = request;
  const runs: number[] = [];
  const engine = new Engine({
    ...options,
    observer: { request: () => undefined, execution: ({ batch }) => runs.push(batch) },
  });
  await engine.load(model);
  const look = async (files: readonly string[]) => {
    const sums = { inputMs: 0, computeMs: 0, outputMs: 0 };
    const results = mapOrdered(files, engine.concurrency(model), (file) =>
      engine.detect(model, file, { ...thresholds, patient: true }),
    );
    for await (const { inputMs, computeMs, outputMs, batch } of results) {
      sums.inputMs += inputMs;
      sums.computeMs += computeMs / batch;
      sums.outputMs += outputMs;
    }
    return sums;
  };
  await look(pictures.slice(0, WARM_UP));
  runs.length = 0;
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  const [start, cpuBefore] = [performance.now(), cpuMs('self')];
  const sums = await look(pictures);
  const seconds = (performance.now() - start) / 1000;
  const cpu = cpuMs('self') - cpuBefore;
  lag.disable();
  await engine.close();
  const each = (sum: number) => sum / pictures.length;
  return {
    seconds,
    inputMs: each(sums.inputMs),
    computeMs: each(sums.computeMs),
    outputMs: each(sums.outputMs),
    meanBatch: pictures.length / runs.length,
    cpuMsPerPicture: each(cpu),
    lagP99Ms: lag.percentile(99) / 1e6 - 5, // the timer of the monitor is due every 5 ms
  };
}

answer(main);

import { compressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { type DetectResult, Engine } from '../src/engine/engine';
import { type EngineObserver, type EngineOptions } from '../src/engine/engine-options';
import type { ModelCopies } from './model-copies';

type RequestEvent = Parameters<EngineObserver['request']>[0];

/** Memory for one instance: the default model is estimated at 112 MB. */
export const FOR_ONE = 120e6;

/** A grey JPEG, in which the model detects nothing. */
export const grey = compressSync(Buffer.alloc(3 * 64 * 48, 128), {
  ...{ format: FORMAT_RGB, width: 64, height: 48 },
});

/** An engine on copies of the default model, and everything that it has reported. */
export interface ObservedEngine {
  readonly engine: Engine;
  readonly said: string[];
  readonly requests: RequestEvent[];
  readonly batches: number[];
}

export function makeEngine(models: ModelCopies, options: Partial<EngineOptions> = {}): ObservedEngine {
  const said: string[] = [];
  const requests: RequestEvent[] = [];
  const batches: number[] = [];
  const engine = new Engine({
    ...{ modelsDir: models.modelsDir, cacheDir: models.cacheDir, device: 'cpu', cpus: 1 },
    ...{ memoryBytes: 2e9, queueLimit: 256 },
    onProgress: (line) => said.push(line),
    observer: {
      request: (event) => requests.push(event),
      execution: ({ batch }) => batches.push(batch),
    },
    ...options,
  });
  return { engine, said, requests, batches };
}

/** Detects in the same image many times at once. */
export function detectMany(
  engine: Engine,
  model: string,
  count: number,
  options: Parameters<Engine['detect']>[2] = {},
): Promise<PromiseSettledResult<DetectResult>[]> {
  return Promise.allSettled(Array.from({ length: count }, () => engine.detect(model, grey, options)));
}

/** The model of each result, or why there is none. */
export function outcomes(results: readonly PromiseSettledResult<DetectResult>[]): string[] {
  return results.map((result) =>
    result.status === 'fulfilled' ? result.value.model : String(result.reason),
  );
}

/** Names of the loaded models, least recently used first. */
export function loadedModels(engine: Engine): string[] {
  return engine.status.map(({ name }) => name);
}

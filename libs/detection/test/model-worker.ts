/** Runs a model in a worker thread: ONNX Runtime rejects the typed arrays of jest's sandbox. */
import 'sharp'; // before the worker does
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fromWire, toWire, type WireError } from '../src/engine/protocol';
import { Model, type ImageRequest, type ImageResult, type ModelOptions } from '../src/engine/model';
import { type Expected } from '../src/int8/recipe';
import { BadImageError } from '../src/errors';
import { type Manifest } from '../src/manifest/schema';

export interface ModelRun {
  readonly manifest: Manifest;
  readonly file: string;
  readonly maxBatch: number;
  readonly options?: Pick<ModelOptions, 'exactProducts' | 'expected'>;
  /** Run one batch after the other. */
  readonly batches: readonly (readonly ImageRequest[])[];
}

interface Ran {
  readonly results: (ImageResult | string)[][];
  /** What the model returns for the sample image. */
  readonly expectation: Expected;
}

/** @returns for each batch and image the result, or the error message */
export async function runModel(run: ModelRun): Promise<(ImageResult | string)[][]> {
  return (await runAndSample(run)).results;
}

/** Also runs the model on the sample image. */
export async function runAndSample(run: ModelRun): Promise<Ran> {
  const worker = new Worker(__filename, { workerData: { run } });
  const answer = await new Promise<Ran | { error: WireError }>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if ('error' in answer) throw fromWire(answer.error);
  return answer;
}

async function main({ manifest, file, maxBatch, batches, options }: ModelRun) {
  try {
    const model = await Model.load(manifest, file, {
      intraOpThreads: 1,
      executionProviders: ['cpu'],
      maxBatch,
      ...options,
    });
    const results = [];
    for (const batch of batches) {
      // buffers arrive as plain byte arrays
      const images = await model.detect(
        batch.map((asked) => ({ ...asked, image: Buffer.from(asked.image) })),
      );
      results.push(images.map((image) => (image instanceof BadImageError ? image.message : image)));
    }
    const expectation = await model.expectation();
    await model.close();
    return { results, expectation };
  } catch (error) {
    return { error: toWire(error) };
  }
}

const given = (workerData as { run?: ModelRun } | null)?.run;
if (!isMainThread && given) void main(given).then((answer) => parentPort?.postMessage(answer));

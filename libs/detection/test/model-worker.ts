/** Runs a model in a worker thread: ONNX Runtime rejects the typed arrays of jest's sandbox. */
import 'sharp'; // before the worker does
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fromWire, toWire, type WireError } from '../src/engine/protocol';
import { Model, type ImageRequest, type ImageResult } from '../src/engine/model';
import { BadImageError } from '../src/errors';
import { type Manifest } from '../src/manifest/schema';

export interface ModelRun {
  readonly manifest: Manifest;
  readonly file: string;
  readonly maxBatch: number;
  /** Run one batch after the other. */
  readonly batches: readonly (readonly ImageRequest[])[];
}

/** @returns for each batch and image the result, or the error message */
export async function runModel(run: ModelRun): Promise<(ImageResult | string)[][]> {
  const worker = new Worker(__filename, { workerData: { run } });
  const answer = await new Promise<{ results: (ImageResult | string)[][] } | { error: WireError }>(
    (resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    },
  );
  if ('error' in answer) throw fromWire(answer.error);
  return answer.results;
}

async function main({ manifest, file, maxBatch, batches }: ModelRun) {
  try {
    const model = await Model.load(manifest, file, {
      intraOpThreads: 1,
      executionProviders: ['cpu'],
      maxBatch,
    });
    const results = [];
    for (const batch of batches) {
      // buffers arrive as plain byte arrays
      const images = await model.detect(
        batch.map((asked) => ({ ...asked, image: Buffer.from(asked.image) })),
      );
      results.push(images.map((image) => (image instanceof BadImageError ? image.message : image)));
    }
    await model.close();
    return { results };
  } catch (error) {
    return { error: toWire(error) };
  }
}

const given = (workerData as { run?: ModelRun } | null)?.run;
if (!isMainThread && given) void main(given).then((answer) => parentPort?.postMessage(answer));

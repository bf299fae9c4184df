/** Entry point of a model's worker thread: one session, one batch at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { BadImageError } from '../errors';
import { type Expected } from '../int8/recipe';
import { type Manifest } from '../manifest/schema';
import { type Thresholds } from '../output/head';
import { type Device } from './device';
import { Model, type ImageResult, type ImageSize } from './model';
import { monotonicMs, type Outcome, type Reply, type Request, toWire } from './protocol';

/** The worker's `workerData`. */
export interface WorkerSettings {
  readonly manifest: Manifest;
  readonly file: string;
  readonly expected: Expected | undefined;
  readonly device: Device;
  readonly intraOpThreads: number;
  readonly maxBatch: number;
}

/** One image to run detection on. */
export interface ImageJob {
  readonly image: Uint8Array;
  /** Of an image that is given as pixels. */
  readonly size?: ImageSize;
  readonly thresholds: Thresholds;
  readonly keepPixels: boolean;
}

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('This file runs as a worker thread only.');
  const reply = (message: Reply<ImageResult>): void => {
    port.postMessage(message, pixelsOf(message));
  };
  let model: Model;
  try {
    model = await load(workerData as WorkerSettings);
  } catch (error) {
    reply({ type: 'failed', error: toWire(error) });
    return;
  }

  let turn = Promise.resolve();
  port.on('message', (request: Request<ImageJob>) => {
    turn = turn.then(async () => {
      if (request.type === 'close') {
        await model.close();
        port.close();
        return;
      }
      const startedAt = monotonicMs();
      reply({ type: 'batch', startedAt, outcomes: await detect(model, request.jobs) });
    });
  });
  reply({ type: 'ready' });
}

function load({ manifest, file, device, ...options }: WorkerSettings): Promise<Model> {
  const executionProviders = device === 'cuda' ? (['cuda', 'cpu'] as const) : (['cpu'] as const);
  return Model.load(manifest, file, { ...options, executionProviders });
}

async function detect(model: Model, jobs: readonly ImageJob[]): Promise<Outcome<ImageResult>[]> {
  try {
    const requests = jobs.map(({ image, ...about }) => {
      const { buffer, byteOffset, byteLength } = image;
      return { image: Buffer.from(buffer, byteOffset, byteLength), ...about };
    });
    const results = await model.detect(requests);
    return results.map((result) =>
      result instanceof BadImageError ? { error: toWire(result) } : { result },
    );
  } catch (error) {
    return jobs.map(() => ({ error: toWire(error) }));
  }
}

/** Memory to transfer instead of copying. */
function pixelsOf(message: Reply<ImageResult>): ArrayBuffer[] {
  if (message.type !== 'batch') return [];
  return message.outcomes.flatMap((outcome) =>
    'result' in outcome && outcome.result.pixels ? [outcome.result.pixels.buffer as ArrayBuffer] : [],
  );
}

void main();

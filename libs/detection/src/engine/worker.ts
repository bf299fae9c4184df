/** Entry point of a detector's worker thread: one session, pictures one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Manifest } from '../manifest/schema';
import { BadImage } from '../errors';
import { type Thresholds } from '../output/head';
import { Model, type PictureResult } from './model';
import { type Reply, type Request, toWire } from './protocol';

/** What a worker is started with. */
export interface WorkerSettings {
  readonly manifest: Manifest;
  readonly modelPath: string;
  readonly intraOpThreads: number;
}

/** One picture to look at. */
export interface PictureJob {
  readonly jpeg: Uint8Array;
  readonly thresholds: Thresholds;
}

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('This file runs as a worker thread only.');
  const reply = (message: Reply<PictureResult>): void => {
    port.postMessage(message);
  };
  const { manifest, modelPath, intraOpThreads } = workerData as WorkerSettings;
  let model: Model;
  try {
    model = await Model.load(manifest, modelPath, {
      intraOpThreads,
      executionProviders: ['cpu'],
      maxBatch: 1,
    });
  } catch (error) {
    reply({ type: 'failed', error: toWire(error) });
    return;
  }

  let turn = Promise.resolve();
  const inTurn = (work: () => Promise<void>): void => {
    turn = turn.then(work);
  };
  port.on('message', (request: Request<PictureJob>) => {
    if (request.type === 'close') {
      inTurn(async () => {
        await model.close();
        port.close();
      });
      return;
    }
    const { id, job } = request;
    inTurn(async () => {
      try {
        const { buffer, byteOffset, byteLength } = job.jpeg;
        const image = Buffer.from(buffer, byteOffset, byteLength);
        const [result] = await model.detect([{ image, thresholds: job.thresholds }]);
        if (result instanceof BadImage) reply({ type: 'error', id, error: toWire(result) });
        else if (result) reply({ type: 'result', id, result });
      } catch (error) {
        reply({ type: 'error', id, error: toWire(error) });
      }
    });
  });
  reply({ type: 'ready' });
}

void main();

/** Runs a model once in a worker thread: ONNX Runtime rejects the typed arrays of jest's sandbox. */
import { InferenceSession, Tensor } from '../../../libs/detection/src/engine/runtime';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export interface Values {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** Runs a model on float values and returns all outputs by name. */
export function runOnnx(model: Uint8Array, inputs: Record<string, Values>): Promise<Record<string, Values>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: { model, inputs } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function main(): Promise<void> {
  const { model, inputs } = workerData as { model: Uint8Array; inputs: Record<string, Values> };
  // Exact products of 8-bit integers: without VNNI, the fast kernels saturate.
  const extra = { session: { x64quantprecision: '1' } };
  const session = await InferenceSession.create(model, { extra });
  const feeds = Object.entries(inputs).map(([name, { data, dims }]) => [
    name,
    new Tensor('float32', Float32Array.from(data), dims),
  ]);
  const outputs = await session.run(Object.fromEntries(feeds) as Record<string, Tensor>);
  const values = Object.entries(outputs).map(([name, { data, dims }]) => [
    name,
    { dims: [...dims], data: Array.from(data as Float32Array) },
  ]);
  parentPort?.postMessage(Object.fromEntries(values));
}

if (!isMainThread && parentPort && (workerData as { model?: unknown } | null)?.model) void main();

/** Entry point of a thread that tries CUDA and answers with why it does not work, or undefined. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { parentPort } from 'node:worker_threads';
import { OnnxGraph } from '../onnx/graph';

async function main(): Promise<string | undefined> {
  const graph = new OnnxGraph();
  graph.node('y', 'Relu', ['x']);
  const bytes = graph.toBytes('trial', [{ name: 'x', shape: [1] }], [{ name: 'y', shape: [1] }]);
  try {
    const session = await InferenceSession.create(bytes, { executionProviders: ['cuda'] });
    await session.run({ x: new Tensor('float32', [1], [1]) });
    await session.release();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

void main().then((reason) => parentPort?.postMessage(reason));

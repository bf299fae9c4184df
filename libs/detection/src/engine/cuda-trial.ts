/** Entry point of a process that tries to use CUDA: exit code 0, or 1 with the reason on stdout. */
import { InferenceSession, Tensor } from './runtime';
import { OnnxGraph } from '#packages/tfjs-to-onnx';

async function main(): Promise<void> {
  const graph = new OnnxGraph();
  graph.node('y', 'Relu', ['x']);
  const bytes = graph.toBytes('trial', [{ name: 'x', shape: [1] }], [{ name: 'y', shape: [1] }]);
  const session = await InferenceSession.create(bytes, { executionProviders: ['cuda'] });
  await session.run({ x: new Tensor('float32', [1], [1]) });
  await session.release();
}

main().catch((error: unknown) => {
  process.stdout.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

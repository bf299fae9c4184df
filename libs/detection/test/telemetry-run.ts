/** Runs a session in an engine's worker thread, in a separate process: `node telemetry-run.js MODELS_DIR CACHE_DIR MODEL`. */
import { compressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { Engine } from '../src/engine/engine';

async function main([modelsDir = '', cacheDir = '', model = '']: readonly string[]): Promise<void> {
  const options = { modelsDir, cacheDir, device: 'cpu', cpus: 1, memoryBytes: 2e9, queueLimit: 1 } as const;
  const engine = new Engine(options);
  const image = compressSync(Buffer.alloc(3 * 64 * 48, 128), {
    format: FORMAT_RGB,
    width: 64,
    height: 48,
  });
  const { detections } = await engine.detect(model, image);
  await engine.close();
  process.stdout.write(`${detections.length} detections`);
}

void main(process.argv.slice(2));

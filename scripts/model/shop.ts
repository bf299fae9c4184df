import { cpuLimit } from '#config';
import { Engine, ensureModel, loadManifest, type Manifest } from '#detection';

/** Where the commands find manifests and models. */
export interface Shop {
  readonly modelsDir: string;
  readonly cacheDir: string;
}

/** A model of the models folder, or of a manifest anywhere; fetched if it is not there, with a word about it on stderr. */
export async function fetchModel(
  nameOrFile: string,
  { modelsDir, cacheDir }: Shop,
): Promise<{ manifest: Manifest; modelPath: string }> {
  const manifest = await loadManifest(nameOrFile, modelsDir);
  const modelPath = await ensureModel(manifest, {
    cacheDir,
    onProgress: (message) => {
      console.error(message);
    },
  });
  return { manifest, modelPath };
}

/** Lets the work use an engine with one session. */
export async function withEngine<Result>(
  { modelsDir, cacheDir }: Shop,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = new Engine({
    ...{ modelsDir, cacheDir, device: 'auto', cpus: cpuLimit(), instances: 1 },
    ...{ memoryBytes: Infinity, queueLimit: 1 },
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

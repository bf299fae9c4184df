import { cpuLimit } from '#config';
import { Engine, ensureModel, loadManifest, type Manifest } from '#detection';

/** Folders of manifests and models. */
export interface ModelFolders {
  readonly modelsDir: string;
  readonly cacheDir: string;
}

/** Finds a model by name or by the path of its manifest, and downloads it if needed; progress goes to stderr. */
export async function fetchModel(
  nameOrFile: string,
  { modelsDir, cacheDir }: ModelFolders,
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

/** Runs `work` with an engine that has one session. */
export async function withEngine<Result>(
  { modelsDir, cacheDir }: ModelFolders,
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

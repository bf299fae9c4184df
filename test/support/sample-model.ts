import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { modelsDir } from './model';
import { repositoryRoot, sample } from './test-data';

/**
 * Fills a folder with the manifests of the product and those of test/models, for MODELS_DIR. The files of the latter
 * belong to the optional test data, so their manifests cannot know where they lie: what is absent is left out.
 */
export async function writeSampleModels(folder: string): Promise<void> {
  await cp(modelsDir, folder, { recursive: true });
  const manifests = join(repositoryRoot, 'test/models');
  for (const name of await readdir(manifests)) {
    const manifest = JSON.parse(await readFile(join(manifests, name), 'utf8')) as {
      source: { path: string };
    };
    const path = sample(join('models', basename(manifest.source.path)));
    if (path === undefined) continue;
    await writeFile(join(folder, name), JSON.stringify({ ...manifest, source: { type: 'file', path } }));
  }
}

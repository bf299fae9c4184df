import { join } from 'node:path';
import { loadManifest, type Manifest } from '#detection';
import { modelsDir } from './model';
import { repositoryRoot, sample } from './test-data';

/** The models of the optional test data; their manifests are in test/models. */
export type SampleModel = 'ssd12-contract' | 'resnet10-face' | 'fpnlite-256-int8' | 'yolox-nano';

/** Manifest and file of a model of the test data, whose manifest cannot know where that lies; undefined where it is absent. */
export async function sampleModel(
  name: SampleModel,
): Promise<{ manifest: Manifest; modelPath: string } | undefined> {
  const manifest = await loadManifest(join(repositoryRoot, `test/models/${name}.json`), modelsDir);
  if (manifest.source.type !== 'file') return undefined;
  const modelPath = sample(join('models', manifest.source.path.replace(/^.*\//, '')));
  return modelPath === undefined
    ? undefined
    : { manifest: { ...manifest, source: { type: 'file', path: modelPath } }, modelPath };
}

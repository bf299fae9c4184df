import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { DetectionError, isModelName, listModels, loadManifest, type Manifest } from '#detection';

/** A model that jobs may choose, or why they may not. */
export interface CatalogueEntry {
  readonly name: string;
  /** The manifest, where it can be read. */
  readonly manifest: Manifest | undefined;
  /** Why the model cannot be used; undefined if nothing is known against it. */
  readonly problem: string | undefined;
}

/** The models whose manifests lie in a folder. Read at each call: a manifest that is added is there at once. */
export class Catalogue {
  constructor(
    private readonly modelsDir: string,
    /** Name of the model of jobs that choose none. */
    readonly defaultModel: string,
  ) {}

  /** In alphabetical order, the default model first. */
  async list(): Promise<CatalogueEntry[]> {
    const names = await listModels(this.modelsDir);
    const entries = await Promise.all(names.map((name) => this.entry(name)));
    return entries.sort((a, b) => Number(this.isDefault(b)) - Number(this.isDefault(a)));
  }

  isDefault({ name }: { readonly name: string }): boolean {
    return name === this.defaultModel;
  }

  async entry(name: string): Promise<CatalogueEntry> {
    const names = await listModels(this.modelsDir);
    if (!isModelName(name) || !names.includes(name)) {
      return { name, manifest: undefined, problem: `there is no such model; there are ${names.join(', ')}` };
    }
    try {
      const manifest = await loadManifest(name, this.modelsDir);
      return { name, manifest, problem: await missingFile(manifest) };
    } catch (error) {
      if (!(error instanceof DetectionError)) throw error;
      return { name, manifest: undefined, problem: error.message };
    }
  }
}

/** Models that are downloaded are fetched when they are first used; a file of the user's own has to be there. */
async function missingFile({ source, name }: Manifest): Promise<string | undefined> {
  if (source.type !== 'file') return undefined;
  return access(source.path).then(
    () => undefined,
    () =>
      `The file ${basename(source.path)} of model ${name} is not where its manifest says: it has to be put there by hand (see docs/models.md).`,
  );
}

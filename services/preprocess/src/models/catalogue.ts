import { listModels, lookUpModel, type ModelEntry } from '#detection';

/** The models whose manifests lie in a folder. Read at each call: a manifest that is added is there at once. */
export class Catalogue {
  constructor(
    private readonly modelsDir: string,
    /** Name of the model of jobs that choose none. */
    readonly defaultModel: string,
  ) {}

  /** In alphabetical order, the default model first. */
  async list(): Promise<ModelEntry[]> {
    const names = await listModels(this.modelsDir);
    const entries = await Promise.all(names.map((name) => this.entry(name)));
    return entries.sort((a, b) => Number(this.isDefault(b)) - Number(this.isDefault(a)));
  }

  isDefault({ name }: { readonly name: string }): boolean {
    return name === this.defaultModel;
  }

  /** A model by its name, or why it cannot be used. */
  entry(name: string): Promise<ModelEntry> {
    return lookUpModel(name, this.modelsDir);
  }
}

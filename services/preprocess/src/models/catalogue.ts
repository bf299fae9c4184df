import { listModels, lookUpModel, type ModelEntry } from '#detection/models';

/** The models with manifests in a folder. Reads the folder on every call, so new manifests appear immediately. */
export class Catalogue {
  constructor(
    private readonly modelsDir: string,
    /** Name of the default model. */
    readonly defaultModel: string,
  ) {}

  /** The default model first, the others in alphabetical order. */
  async list(): Promise<ModelEntry[]> {
    const names = await listModels(this.modelsDir);
    const entries = await Promise.all(names.map((name) => this.entry(name)));
    return entries.sort((a, b) => Number(this.isDefault(b)) - Number(this.isDefault(a)));
  }

  isDefault({ name }: { readonly name: string }): boolean {
    return name === this.defaultModel;
  }

  /** The model with this name, or why it is unavailable. */
  entry(name: string): Promise<ModelEntry> {
    return lookUpModel(name, this.modelsDir);
  }
}

import type { ModelResource } from '#contract';
import type { ModelEntry } from '#detection/models';
import type { Catalogue } from './catalogue';

export function toModel(entry: ModelEntry, catalogue: Catalogue): ModelResource {
  const { name, manifest, problem } = entry;
  return {
    name,
    title: manifest?.title ?? name,
    licence: manifest?.licence ?? null,
    default: catalogue.isDefault(entry),
    available: problem === undefined,
    problem: problem ?? null,
    input: manifest ? { width: manifest.input.width, height: manifest.input.height } : null,
    labels: manifest?.labels.map((label) => label.name) ?? [],
    defaults: manifest?.defaults ?? null,
  };
}

/** A model as the upload form offers it. */
export interface ModelChoice {
  readonly name: string;
  /** The title, with the name if that differs. */
  readonly label: string;
  readonly default: boolean;
  /** Why the model is unavailable; undefined if it is available. */
  readonly problem: string | undefined;
}

export function toChoice(entry: ModelEntry, catalogue: Catalogue): ModelChoice {
  const { name, manifest, problem } = entry;
  const label = manifest && manifest.title !== name ? `${manifest.title} (${name})` : name;
  return { name, label, default: catalogue.isDefault(entry), problem };
}

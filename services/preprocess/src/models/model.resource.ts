import type { ModelResource } from '#contract';
import { usesNms, type Manifest, type ModelEntry } from '#detection/models';
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
    downloadBytes: manifest ? downloadBytes(manifest) : null,
    cocoAp: manifest?.cocoAp ?? null,
    nms: manifest ? usesNms(manifest.output) : null,
    precisions: manifest ? ['fp32', ...(entry.int8 ? ['int8' as const] : [])] : [],
    labels: manifest?.labels.map((label) => label.name) ?? [],
    defaults: manifest?.defaults ?? null,
  };
}

/** A model as the upload form offers it. */
export interface ModelChoice {
  readonly name: string;
  /** The title (and the name, if different), the accuracy and the download size. */
  readonly label: string;
  readonly default: boolean;
  /** Why the model is unavailable; undefined if it is available. */
  readonly problem: string | undefined;
}

export function toChoice(entry: ModelEntry, catalogue: Catalogue): ModelChoice {
  const { name, manifest, problem } = entry;
  const isDefault = catalogue.isDefault(entry);
  const title = manifest && manifest.title !== name ? `${manifest.title} (${name})` : name;
  const ap = manifest?.cocoAp;
  const bytes = manifest && !isDefault ? downloadBytes(manifest) : null; // the default is downloaded at start
  const details = [
    ...(ap === undefined ? [] : [`COCO AP ${(100 * ap).toFixed(1)}`]),
    ...(bytes === null ? [] : [`${Math.round(bytes / 1e6)} MB download on first use`]),
  ];
  return { name, label: [title, ...details].join(', '), default: isDefault, problem };
}

function downloadBytes({ source }: Manifest): number | null {
  return source.type === 'file' ? null : (source.bytes ?? null);
}

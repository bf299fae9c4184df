import { existsSync, statSync } from 'node:fs';
import { listModels, loadManifest, type Manifest, modelFile } from '#detection';
import { type ModelFolders } from './model-folders';

const HEADINGS = ['NAME', 'TITLE', 'LICENCE', 'INPUT', 'CLASSES', 'COCO AP', 'SIZE', 'PRESENT', 'SOURCE'];

/** Prints a table of the models in the models folder. */
export async function list({ modelsDir, cacheDir }: ModelFolders): Promise<void> {
  const rows = [HEADINGS];
  const broken: unknown[] = [];
  for (const name of await listModels(modelsDir)) {
    try {
      rows.push(row(await loadManifest(name, modelsDir), cacheDir));
    } catch (error) {
      broken.push(error);
    }
  }
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  for (const cells of rows) {
    console.log(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
  if (broken.length > 0) throw broken.length === 1 ? broken[0] : new AggregateError(broken);
}

function row(manifest: Manifest, cacheDir: string): string[] {
  const { name, title, licence, input, labels } = manifest;
  const file = modelFile(manifest, cacheDir);
  const present = existsSync(file) ? 'yes' : 'no';
  return [
    name,
    title,
    licence,
    `${input.width}x${input.height}`,
    String(labels.length),
    manifest.cocoAp === undefined ? '-' : (100 * manifest.cocoAp).toFixed(1),
    size(manifest, file),
    present,
    origin(manifest),
  ];
}

/** Of the file, or of the download. */
function size({ source }: Manifest, file: string): string {
  const bytes =
    statSync(file, { throwIfNoEntry: false })?.size ?? (source.type === 'file' ? undefined : source.bytes);
  return bytes === undefined ? '-' : `${Math.round(bytes / 1e6)} MB`;
}

function origin({ source }: Manifest): string {
  switch (source.type) {
    case 'npm':
      return `npm ${source.package}@${source.version}`;
    case 'url':
      return source.url;
    case 'file':
      return source.path;
  }
}

import { existsSync } from 'node:fs';
import { listModels, loadManifest, type Manifest, modelFile } from '#detection';
import { type ModelFolders } from './model-folders';

const HEADINGS = ['NAME', 'TITLE', 'LICENCE', 'INPUT', 'CLASSES', 'PRESENT', 'SOURCE'];

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
  const present = existsSync(modelFile(manifest, cacheDir)) ? 'yes' : 'no';
  return [
    name,
    title,
    licence,
    `${input.width}x${input.height}`,
    String(labels.length),
    present,
    origin(manifest),
  ];
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

import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { apiDocument, clientTypes } from './api';
import { settingsPage } from './settings-table';

/** A generated file. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** All generated files, formatted as they are committed. */
export async function generatedPages(): Promise<Page[]> {
  return Promise.all([
    formatted('docs/settings.md', settingsPage()),
    formatted('test/support/api-types.ts', await clientTypes(await apiDocument())),
  ]);
}

async function formatted(path: string, text: string): Promise<Page> {
  const filepath = join(process.cwd(), path);
  return { path, text: await format(text, { ...(await resolveConfig(filepath)), filepath }) };
}

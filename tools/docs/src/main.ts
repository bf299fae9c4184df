import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { settingsPage } from './settings-table';

/** Writes the generated pages of docs/. */
async function main(): Promise<void> {
  const file = join(process.cwd(), 'docs/settings.md');
  writeFileSync(file, await format(settingsPage(), { ...(await resolveConfig(file)), parser: 'markdown' }));
}

void main();

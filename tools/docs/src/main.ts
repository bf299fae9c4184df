import { writeFileSync } from 'node:fs';
import { generatedPages } from './pages';

/** Writes the generated files. */
async function main(): Promise<void> {
  for (const { path, text } of await generatedPages()) writeFileSync(path, text);
}

void main();

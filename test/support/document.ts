import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from './test-data';

/** The first code block of a language in a page of docs/. */
export async function readDocument(page: string, language: string): Promise<string> {
  const text = await readFile(join(repositoryRoot, 'docs', page), 'utf8');
  const [, block] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(text) ?? [];
  if (block === undefined) throw new Error(`docs/${page} has no ${language} block`);
  return block;
}

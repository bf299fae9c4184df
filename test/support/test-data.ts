import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository root; this file runs from dist/test/support. */
export const repositoryRoot = resolve(__dirname, '../../..');

/** Optional sample data (videos, pictures with labels, weights), by default beside the checkout. Never needed by the product. */
const testData = process.env.BOXREEL_TEST_DATA ?? resolve(repositoryRoot, '../shared');

/** Path of a piece of the optional test data, or undefined where it is absent: `it` becomes `it.skip` then. */
export function sample(path: string): string | undefined {
  const file = join(testData, path);
  return existsSync(file) ? file : undefined;
}

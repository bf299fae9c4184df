import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository root; this file runs from dist/test/support. */
export const repositoryRoot = resolve(__dirname, '../../..');

/** Optional sample data (videos, labelled images, weights), by default next to the checkout. The product never needs it. */
const testData = process.env.BOXREEL_TEST_DATA ?? resolve(repositoryRoot, '../shared');

/** Path in the optional test data; undefined if absent, then use `it.skip`. */
export function sample(path: string): string | undefined {
  const file = join(testData, path);
  return existsSync(file) ? file : undefined;
}

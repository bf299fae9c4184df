import { readFile } from 'node:fs/promises';
import { codeOf, isMissing } from './system-error';

it('distinguishes a missing file from other errors', async () => {
  const failed: unknown = await readFile('/no/such/file').catch((error: unknown) => error);
  expect(codeOf(failed)).toBe('ENOENT');
  expect(isMissing(failed)).toBe(true);
  const isFolder: unknown = await readFile('/').catch((error: unknown) => error);
  expect(codeOf(isFolder)).toBe('EISDIR');
  expect(isMissing(isFolder)).toBe(false);
  expect([undefined, 'ENOENT', new Error('ENOENT')].map(codeOf)).toEqual(['', '', '']);
});

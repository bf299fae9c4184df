import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Finding, type Manifest } from './manifest';

/**
 * Validates objects like the API server: their schemas and fields. Runs in a separate process, because some packages with
 * the schemas are ES modules, which jest cannot load.
 * @param lists several lists of objects, to start the process only once
 * @param parts whether they are parts of objects (patches), of which only names and types of fields are checked
 * @returns the findings of each list
 */
export function validate(lists: readonly (readonly Manifest[])[], { parts = false } = {}): Finding[][] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(__dirname, 'validator.js')], {
    input: JSON.stringify({ lists, parts } satisfies ValidatorInput),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  if (status !== 0) throw new Error(`the validator failed: ${stderr}`);
  return JSON.parse(stdout) as Finding[][];
}

export interface ValidatorInput {
  readonly lists: readonly (readonly Manifest[])[];
  readonly parts: boolean;
}

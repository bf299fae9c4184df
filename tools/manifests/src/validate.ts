import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Finding, type Manifest } from './manifest';

/**
 * Whether objects are such as the API server takes: their schemas and their fields. It happens in a process of its own,
 * because some of the packages that know the schemas are ES modules, which jest cannot load.
 * @param lists many lists of objects, so that the process is started once
 * @param parts whether they are parts of objects (patches), for which only the names and types of fields count
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

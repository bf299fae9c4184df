import { type ChildProcess, execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../../test/support/test-data';
import { type Manifest } from '../src/manifest/schema';

export interface Ended {
  /** Exit code; -1 if a signal ended it. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the model command in a separate process. */
export function modelCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const script = join(repositoryRoot, 'dist/scripts/model.js');
  let end: (ended: Ended) => void;
  const ended = new Promise<Ended>((resolve) => (end = resolve));
  const child = execFile(
    process.execPath,
    [script, ...args],
    { env: { ...process.env, ...env } },
    (_, out, err) => {
      end({ code: child.exitCode ?? -1, out, err });
    },
  );
  return { child, ended };
}

/** Writes a parsed manifest with changes to a file named after the model. */
export async function writeManifest(manifest: Manifest, changes: object, dir: string): Promise<string> {
  const file = join(dir, `${manifest.name}.json`);
  await writeFile(file, JSON.stringify({ ...manifest, ...changes, name: undefined, files: undefined }));
  return file;
}

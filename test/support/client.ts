import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { repositoryRoot } from './test-data';

/** The program that `npx boxreel` runs after compiling. */
export const CLIENT = join(repositoryRoot, 'dist/packages/cli/src/main.js');

/** Starts the command in a separate process. */
export function startClient(cwd: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [CLIENT, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Exit code and output. Checks that no stack is shown. */
export async function outcome(
  child: ChildProcess,
): Promise<{ code: number | null; out: string; err: string }> {
  const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
  expect(err).not.toMatch(/^ +at /m);
  return { code: child.exitCode, out, err };
}

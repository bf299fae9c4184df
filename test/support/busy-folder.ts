import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';

const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: 'ignore' });

/** Whether this process may mount file systems: usually root may, outside of most containers. */
const mayMount = (() => {
  try {
    run('unshare', '-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');
    return true;
  } catch {
    return false;
  }
})();

/** `describe` for tests that need `occupy`. */
export const describeWithMounts = mayMount ? describe : describe.skip;

/**
 * Makes a folder that `rmdir` refuses with EBUSY, as NFS does for one with open files, by mounting a file system on it.
 * The folder itself cannot be renamed; its parents can.
 * @returns releases the folder, wherever it was moved
 */
export async function occupy(path: string): Promise<() => void> {
  await mkdir(path, { recursive: true });
  const name = `busy-${randomUUID()}`;
  run('mount', '-t', 'tmpfs', name, path);
  return () => {
    const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
    const [, target] = mounts.find((line) => line.startsWith(`${name} `))?.split(' ') ?? [];
    if (target !== undefined) run('umount', target);
  };
}

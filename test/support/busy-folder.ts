import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';

const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: 'ignore' });

/** Whether this process may mount file systems: root usually may, outside of most containers. */
export const mayMount = (() => {
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
 * Makes a folder that `rmdir` refuses with EBUSY, as NFS does with one that holds open files, by mounting a file system
 * on it. The folder itself cannot be renamed; the folders around it can, and take it along.
 * @returns releases the folder, wherever it was moved to
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

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, posix } from 'node:path';

/**
 * The number of CPUs that this process may use: the smallest of its available CPUs and the CPU quotas of its control
 * group and of the group's ancestors (a container's CPU limit, for example). Rounds up.
 *
 * Reads cgroup v2 (`cpu.max`) and v1 (`cpu.cfs_quota_us` / `cpu.cfs_period_us`);
 * https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/scheduler/sched-bwc.html
 *
 * @param root root of the file system, for tests
 * @returns at least 1
 */
export function cpuLimit(root = '/'): number {
  const quotas = groups(root).map(({ mount, group }) => smallestQuota(join(root, mount), group));
  return Math.max(1, Math.ceil(Math.min(availableParallelism(), ...quotas)));
}

interface Group {
  /** Mount point of the group's hierarchy. */
  readonly mount: string;
  /** Path below the mount point. */
  readonly group: string;
}

/** The groups that may limit the CPUs of this process: in the unified hierarchy and in v1's `cpu` controller. */
function groups(root: string): Group[] {
  const paths = lines(root, 'proc/self/cgroup').map((line) => {
    const [id = '', controllers = '', ...path] = line.split(':');
    return { unified: id === '0', controllers: controllers.split(','), path: path.join(':') };
  });
  // <id> <parent> <device> <root in its hierarchy> <mount point> <options> [...] - <type> <source> <options>
  return lines(root, 'proc/self/mountinfo').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , top = '/', mount = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    const match = paths.find(({ unified, controllers }) =>
      type === 'cgroup2'
        ? unified
        : type === 'cgroup' && options.split(',').includes('cpu') && controllers.includes('cpu'),
    );
    if (!match) return [];
    // In a container, the path may be relative to the host's hierarchy, but the mount exposes only the groups below `top`.
    const group = posix.relative(top, match.path);
    return [{ mount, group: group.startsWith('..') ? '' : group }];
  });
}

/** The smallest quota from a group up to the mount point, in CPUs. */
function smallestQuota(mount: string, group: string): number {
  const names = group.split('/').filter((name) => name !== '');
  const folders = [...names.keys(), names.length].map((depth) => join(mount, ...names.slice(0, depth)));
  return Math.min(...folders.map(quota));
}

/** The quota of one group, in CPUs. */
function quota(folder: string): number {
  const [max = 'max', period] = lines(folder, 'cpu.max')[0]?.split(' ') ?? [
    lines(folder, 'cpu.cfs_quota_us')[0], // -1: no quota
    lines(folder, 'cpu.cfs_period_us')[0],
  ];
  const cpus = Number(max) / Number(period);
  return cpus > 0 ? cpus : Infinity;
}

function lines(folder: string, file: string): string[] {
  try {
    return readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return []; // the other cgroup version, or not Linux
  }
}

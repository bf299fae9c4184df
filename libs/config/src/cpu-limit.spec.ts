import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cpuLimit } from './cpu-limit';

const all = availableParallelism();

describe('cpuLimit', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'cpu-limit-'))));
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  function limit(files: Record<string, string>): number {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    return cpuLimit(root);
  }

  const v2 = (group: string, top = '/') => ({
    'proc/self/cgroup': `0::${group}\n`,
    'proc/self/mountinfo':
      '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n' +
      `30 22 0:26 ${top} /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n`,
  });
  const v1 = (group: string, top = '/') => ({
    'proc/self/cgroup': `5:memory:/elsewhere\n4:cpu,cpuacct:${group}\n1:name=systemd:/\n0::/\n`,
    'proc/self/mountinfo':
      `33 25 0:29 / /sys/fs/cgroup/memory rw shared:10 - cgroup cgroup rw,memory\n` +
      `34 25 0:30 ${top} /sys/fs/cgroup/cpu,cpuacct rw shared:11 - cgroup cgroup rw,cpu,cpuacct\n`,
  });

  it('is the number of CPUs of the process without control groups or quotas', () => {
    expect(limit({})).toBe(all);
    expect(limit({ ...v2('/a'), 'sys/fs/cgroup/a/cpu.max': 'max 100000\n' })).toBe(all);
    expect(limit({ ...v1('/'), 'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n' })).toBe(all);
  });

  it('is at least one and at most the CPUs of the machine', () => {
    expect(limit({ ...v2('/a'), 'sys/fs/cgroup/a/cpu.max': '20000 100000\n' })).toBe(1);
    expect(limit({ ...v2('/a'), 'sys/fs/cgroup/a/cpu.max': `${(all + 5) * 100_000} 100000\n` })).toBe(all);
  });

  it.each([
    ['the quota of its own group', v2('/a/b'), 'sys/fs/cgroup/a/b/cpu.max', '100000 100000\n'],
    ['the quota of a group above it', v2('/a/b'), 'sys/fs/cgroup/a/cpu.max', '50000 50000\n'],
    ['the quota at the root a container sees', v2('/'), 'sys/fs/cgroup/cpu.max', '100000 100000\n'],
    [
      "the quota of a container whose group has the host's path",
      v2('/kubepods/pod1/c1', '/kubepods/pod1/c1'),
      'sys/fs/cgroup/cpu.max',
      '100000 100000\n',
    ],
    [
      'the visible quota of a group outside the mount',
      v2('/../other'),
      'sys/fs/cgroup/cpu.max',
      '100000 100000\n',
    ],
  ])('is %s', (_, layout, file, text) => {
    expect(limit({ ...layout, [file]: text })).toBe(1);
  });

  it.each([
    ['its own group', v1('/docker/1'), 'docker/1/'],
    ['a group above it', v1('/docker/1'), 'docker/'],
    ['a container', v1('/docker/1', '/docker/1'), ''],
  ])('is the quota of cgroup v1 of %s', (_, layout, folder) => {
    expect(
      limit({
        ...layout,
        [`sys/fs/cgroup/cpu,cpuacct/${folder}cpu.cfs_quota_us`]: '75000\n',
        [`sys/fs/cgroup/cpu,cpuacct/${folder}cpu.cfs_period_us`]: '100000\n',
      }),
    ).toBe(1);
  });

  // Rounding up is visible only with two or more CPUs.
  (all > 1 ? it : it.skip)('rounds up', () => {
    expect(limit({ ...v2('/a'), 'sys/fs/cgroup/a/cpu.max': '110000 100000\n' })).toBe(2);
  });
});

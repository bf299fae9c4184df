import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuMs, descendants, endedChildrenCpuMs, ownCpuMs, parseStat, residentBytes } from './processes';

describe('parseStat', () => {
  it('parses any process name, and includes the time of ended children', () => {
    const line = '42 (a (b) c) S 7 42 42 0 -1 4194304 500 600 0 0 11 22 33 44 20 0 11 0 1000 2000';
    expect(parseStat(line)).toEqual({
      parent: 7,
      cpuMs: (11 + 22 + 33 + 44) * 10,
      childrenMs: (33 + 44) * 10,
    });
  });
});

describe('a running process', () => {
  it('is a descendant of this process, with its memory, until it ends', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await once(child, 'spawn');
    const pid = child.pid!;
    expect(descendants(process.pid)).toContain(pid);
    expect(residentBytes(pid, 'VmHWM')).toBeGreaterThan(0);
    child.stdin.end();
    await once(child, 'exit');
    expect(descendants(process.pid)).not.toContain(pid);
    expect(residentBytes(pid, 'VmHWM')).toBe(0);
  });

  it('counts the CPU time of children once they have ended', async () => {
    const [before, ownBefore, childrenBefore] = [cpuMs('self'), ownCpuMs(), endedChildrenCpuMs()];
    const busy = 'const end = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < end);';
    await once(spawn(process.execPath, ['-e', busy]), 'exit');
    expect(cpuMs('self') - before).toBeGreaterThanOrEqual(190); // 200, minus rounding to ticks
    expect(endedChildrenCpuMs() - childrenBefore).toBeGreaterThanOrEqual(190);
    expect(ownCpuMs() - ownBefore).toBeLessThan(190);
  });
});

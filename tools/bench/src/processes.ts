import { readFileSync, readdirSync } from 'node:fs';

/** Linux reports CPU time in hundredths of a second, whatever the kernel's own tick (USER_HZ, man 5 proc). */
const MS_PER_TICK = 10;

const BYTES_PER_KB = 1024;

/** Contents of /proc/<pid>/stat. */
export interface ProcessStat {
  readonly parent: number;
  /** CPU time of the process and of its children that have ended, user and system, in milliseconds. */
  readonly cpuMs: number;
  /** The part of its ended children. */
  readonly childrenMs: number;
}

/** Parses /proc/<pid>/stat; the name in it may contain spaces and brackets. */
export function parseStat(line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' '); // fields[0] is field 3 of man 5 proc
  const [utime = NaN, stime = NaN, cutime = NaN, cstime = NaN] = fields.slice(11, 15).map(Number);
  const childrenMs = (cutime + cstime) * MS_PER_TICK;
  return { parent: Number(fields[1]), cpuMs: (utime + stime) * MS_PER_TICK + childrenMs, childrenMs };
}

/** CPU time so far of a process and its ended children, in milliseconds; running children are not included. */
export function cpuMs(pid: number | 'self'): number {
  return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')).cpuMs;
}

/** CPU time of this process without its children, in milliseconds; finer than /proc. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** CPU time of this process's ended children, in milliseconds. */
export function endedChildrenCpuMs(): number {
  return parseStat(readFileSync('/proc/self/stat', 'utf8')).childrenMs;
}

/** Current (`VmRSS`) or peak (`VmHWM`) memory of a process, in bytes; 0 if it has ended. */
export function residentBytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const kB = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readIfThere(`/proc/${pid}/status`))?.[1];
  return Number(kB ?? 0) * BYTES_PER_KB;
}

/** The process ids of all descendants of a process. */
export function descendants(pid: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), readIfThere(`/proc/${name}/stat`)] as const)
      .filter(([, stat]) => stat !== '')
      .map(([child, stat]) => [child, parseStat(stat).parent]),
  );
  const below = (parent: number): number[] =>
    [...parents].filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

/** Empty if the process has ended. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

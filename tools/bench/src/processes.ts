import { readFileSync, readdirSync } from 'node:fs';

/** Linux reports CPU time in hundredths of a second, whatever the kernel's own tick (USER_HZ, man 5 proc). */
const MS_PER_TICK = 10;

const BYTES_PER_KB = 1024;

/** Contents of /proc/<pid>/stat. */
export interface ProcessStat {
  readonly parent: number;
  /** CPU time of the process and of its children that have ended, user and system, in milliseconds. */
  readonly cpuMs: number;
}

/** Parses /proc/<pid>/stat; the name in it may contain spaces and brackets. */
export function parseStat(line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' '); // fields[0] is field 3 of man 5 proc
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0); // utime, stime, cutime, cstime
  return { parent: Number(fields[1]), cpuMs: ticks * MS_PER_TICK };
}

/** CPU time so far of a process and its ended children, in milliseconds; running children are not included. */
export function cpuMs(pid: number | 'self'): number {
  return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')).cpuMs;
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

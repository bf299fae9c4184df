import { readFileSync } from 'node:fs';

/**
 * Peak resident memory of this process in bytes (Linux). `resourceUsage().maxRSS` would include that of the process that
 * started it: the kernel keeps the larger value when a program replaces its parent's copy.
 */
export function peakMemory(): number {
  const [, kib = NaN] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kib) * 1024;
}

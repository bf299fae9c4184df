import { execFile } from 'node:child_process';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { readCpuFeatures } from './cpu-features';

const run = promisify(execFile);

/** The machine on which the figures were measured. */
export interface Machine {
  readonly cpu: string;
  /** Of the CPU; only those that matter to the detector. */
  readonly features: readonly string[];
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly ffmpeg: string;
  /** Load average of the last minute before the bench: above 0.5 the machine is busy with something else. */
  readonly loadBefore: number;
}

export async function describeMachine(): Promise<Machine> {
  const { stdout } = await run('ffmpeg', ['-version']);
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    features: await readCpuFeatures(),
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${platform()} ${arch()}`,
    node: process.versions.node,
    ffmpeg: /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? 'unknown',
    loadBefore: loadavg()[0] ?? NaN,
  };
}

export function machineLine(machine: Machine): string {
  const { cpu, features, cores, memoryGb, system, node, ffmpeg, loadBefore } = machine;
  return (
    `${cores} cores of ${cpu} (${features.join(', ') || 'features unknown'}), ${memoryGb} GB, ${system}; Node ${node}, ffmpeg ${ffmpeg}; ` +
    `load before: ${loadBefore.toFixed(1)}`
  );
}

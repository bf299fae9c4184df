import { readFile } from 'node:fs/promises';

/** Instructions that decide how fast a detector runs, as Linux names them: wide vectors, and products of 8-bit integers. */
const FEATURES = [
  'avx2',
  'avx512f',
  'avx512_vnni',
  'avx_vnni',
  'avx_vnni_int8',
  'amx_int8',
  'asimddp',
  'i8mm',
] as const;

/** The features of this CPU that matter to detectors; none where the system does not tell. */
export async function readCpuFeatures(): Promise<string[]> {
  return cpuFeatures(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''));
}

/** @param cpuInfo /proc/cpuinfo; all CPUs of a machine have the same features, so the first line of them is enough */
export function cpuFeatures(cpuInfo: string): string[] {
  const all = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuInfo)?.[1]?.trim().split(/\s+/) ?? [];
  return FEATURES.filter((feature) => all.includes(feature));
}

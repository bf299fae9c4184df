import { readFile } from 'node:fs/promises';

/** How a model computes: in 32-bit floats, or with 8-bit integers between its convolutions. */
export type Precision = 'fp32' | 'int8';

/** `auto` uses int8 where a model has it, the CPU is made for it and the self-check passes. */
export type PrecisionChoice = 'auto' | Precision;

/** CPU features with exact and fast products of 8-bit integers, as Linux names them. */
const FAST = ['avx512_vnni', 'avx_vnni', 'avx_vnni_int8', 'amx_int8', 'asimddp', 'i8mm'];

/** Linux only; the first line of features is enough, because all CPUs of a machine have the same. */
const CPU_INFO = '/proc/cpuinfo';

/**
 * Whether this CPU gains from int8: without dot products of 8-bit integers (VNNI, AMX, ARM's dot product) it is hardly
 * faster than fp32, and ONNX Runtime's kernels saturate (docs/decisions/0024). Undefined if unknown.
 * @param file in the format of /proc/cpuinfo
 */
export async function cpuGainsFromInt8(file = CPU_INFO): Promise<boolean | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const features = /^(?:flags|Features)\s*:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/);
  return features && FAST.some((feature) => features.includes(feature));
}

import { type ModelStatus } from './served-model';

/** For example `yolox-s is ready: 2 instances on cpu in int8`. */
export function readiness({ name, instances, device, deviceReason, precision }: ModelStatus): string {
  const what = `${instances} instance${instances === 1 ? '' : 's'} on ${device}`;
  const how = precision === 'int8' ? ' in int8' : '';
  return `${name} is ready: ${what}${how}${deviceReason === undefined ? '' : ` (${deviceReason})`}`;
}

/** For example `112 MB`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

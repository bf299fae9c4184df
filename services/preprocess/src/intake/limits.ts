import { UploadRefusedError } from '#http';
import type { MediaLimits } from '#media';

/** What an upload may be, by the names of the settings, which errors tell. */
export interface UploadLimits {
  /** Largest file. */
  readonly UPLOAD_MAX_BYTES: number;
  /** Most fields beside the file. */
  readonly UPLOAD_MAX_FIELDS: number;
  /** Longest value of a field, in bytes of UTF-8. */
  readonly UPLOAD_FIELD_MAX_BYTES: number;
  /** Longest name of a file, in bytes of UTF-8. */
  readonly UPLOAD_NAME_MAX_BYTES: number;
}

export type Limits = UploadLimits & MediaLimits;

/** Longest name of a field, in bytes: none of ours is half as long. */
export const MAX_FIELD_NAME = 100;

/** What the parts of a form have around their contents: boundary and headers, generously. */
const PART_OVERHEAD = 16 * 1024;

/** The largest body of a request that can be within the limits. */
export function maxBodyBytes(limits: UploadLimits): number {
  const { UPLOAD_MAX_BYTES, UPLOAD_MAX_FIELDS, UPLOAD_FIELD_MAX_BYTES } = limits;
  return UPLOAD_MAX_BYTES + UPLOAD_MAX_FIELDS * (UPLOAD_FIELD_MAX_BYTES + PART_OVERHEAD) + PART_OVERHEAD;
}

export function tooLarge({ UPLOAD_MAX_BYTES }: UploadLimits): UploadRefusedError {
  return new UploadRefusedError(
    'TOO_LARGE',
    `The file is larger than this server takes: up to ${UPLOAD_MAX_BYTES} bytes (UPLOAD_MAX_BYTES).`,
  );
}

/** @param bytes of the name, in UTF-8 */
export function nameTooLong(bytes: number, { UPLOAD_NAME_MAX_BYTES }: UploadLimits): UploadRefusedError {
  return new UploadRefusedError(
    'NAME_TOO_LONG',
    `The name of the file has ${bytes} bytes; this server takes up to ${UPLOAD_NAME_MAX_BYTES} (UPLOAD_NAME_MAX_BYTES).`,
  );
}

export function fieldTooLong(field: string, { UPLOAD_FIELD_MAX_BYTES }: UploadLimits): UploadRefusedError {
  return new UploadRefusedError(
    'FIELD_TOO_LONG',
    `The field "${field.slice(0, MAX_FIELD_NAME)}" is too long; this server takes up to ${UPLOAD_FIELD_MAX_BYTES} bytes (UPLOAD_FIELD_MAX_BYTES).`,
  );
}

/** @param consequence what became of the upload, as a sentence */
export function volumeFull(consequence: string): UploadRefusedError {
  return new UploadRefusedError('VOLUME_FULL', `The volume is full. ${consequence}`);
}

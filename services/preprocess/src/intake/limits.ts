import type { MediaLimits } from '#media';
import { UploadRefusedError } from '#platform';

/** Limits of uploads, named like the settings because errors mention those. */
export interface UploadLimits {
  /** Size of the file. */
  readonly UPLOAD_MAX_BYTES: number;
  /** Number of fields besides the file. */
  readonly UPLOAD_MAX_FIELDS: number;
  /** Length of a field value, in bytes of UTF-8. */
  readonly UPLOAD_FIELD_MAX_BYTES: number;
  /** Length of the file name, in bytes of UTF-8. */
  readonly UPLOAD_NAME_MAX_BYTES: number;
}

export type Limits = UploadLimits & MediaLimits;

/** Length of a field name in bytes; the known fields are less than half as long. */
export const MAX_FIELD_NAME = 100;

/** Upper bound for the boundary and headers of one form part. */
const PART_OVERHEAD = 16 * 1024;

/** The size of the largest request body within the limits. */
export function maxBodyBytes(limits: UploadLimits): number {
  const { UPLOAD_MAX_BYTES, UPLOAD_MAX_FIELDS, UPLOAD_FIELD_MAX_BYTES } = limits;
  return UPLOAD_MAX_BYTES + UPLOAD_MAX_FIELDS * (UPLOAD_FIELD_MAX_BYTES + PART_OVERHEAD) + PART_OVERHEAD;
}

export function tooLarge({ UPLOAD_MAX_BYTES }: UploadLimits): UploadRefusedError {
  return new UploadRefusedError(
    'TOO_LARGE',
    `The file is too large; the limit is ${UPLOAD_MAX_BYTES} bytes (UPLOAD_MAX_BYTES).`,
  );
}

/** @param bytes of the name, in UTF-8 */
export function nameTooLong(bytes: number, { UPLOAD_NAME_MAX_BYTES }: UploadLimits): UploadRefusedError {
  return new UploadRefusedError(
    'NAME_TOO_LONG',
    `The file name is ${bytes} bytes long; the limit is ${UPLOAD_NAME_MAX_BYTES} (UPLOAD_NAME_MAX_BYTES).`,
  );
}

export function fieldTooLong(field: string, { UPLOAD_FIELD_MAX_BYTES }: UploadLimits): UploadRefusedError {
  return new UploadRefusedError(
    'FIELD_TOO_LONG',
    `The field "${field.slice(0, MAX_FIELD_NAME)}" is too long; the limit is ${UPLOAD_FIELD_MAX_BYTES} bytes (UPLOAD_FIELD_MAX_BYTES).`,
  );
}

/** @param consequence what happened to the upload, as a sentence */
export function volumeFull(consequence: string): UploadRefusedError {
  return new UploadRefusedError('VOLUME_FULL', `The volume is full. ${consequence}`);
}

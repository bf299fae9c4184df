import type { Fields } from '../intake/job-options';
import { fieldTooLong, nameTooLong, type UploadLimits } from '../intake/limits';

/** Metadata that tus clients send by default and Boxreel ignores. */
const IGNORED = ['filetype', 'name', 'type', 'relativePath'];

/** What a client announces about an upload. */
export interface UploadRequest {
  /** The file name; may be empty. */
  readonly name: string;
  /** The Idempotency-Key: two uploads with the same key create one job. */
  readonly key: string | undefined;
  /** The options of the job, as form fields. */
  readonly fields: Fields;
}

/** Parses the values of an Upload-Metadata header. A key without a value counts as empty. */
export function readMetadata(metadata: Readonly<Record<string, string | null>> = {}): UploadRequest {
  const { filename, idempotencyKey, ...rest } = metadata;
  const fields = Object.entries(rest).filter(([name]) => !IGNORED.includes(name));
  return {
    name: filename ?? '',
    key: idempotencyKey ?? undefined,
    fields: Object.fromEntries(fields.map(([name, value]) => [name, value ?? ''])),
  };
}

/** @throws UploadRefusedError if the file name or a field is too long */
export function checkLengths({ name, fields }: UploadRequest, limits: UploadLimits): void {
  const bytes = Buffer.byteLength(name);
  if (bytes > limits.UPLOAD_NAME_MAX_BYTES) throw nameTooLong(bytes, limits);
  for (const [field, value] of Object.entries(fields)) {
    if (Buffer.byteLength(String(value)) > limits.UPLOAD_FIELD_MAX_BYTES) throw fieldTooLong(field, limits);
  }
}

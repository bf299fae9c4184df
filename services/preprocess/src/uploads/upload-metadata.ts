import type { Fields } from '../intake/job-options';
import { fieldTooLong, nameTooLong, type UploadLimits } from '../intake/limits';

/** Names of values that tus clients send of themselves, and that mean nothing here. */
const OF_CLIENTS = ['filetype', 'name', 'type', 'relativePath'];

/** What a client says of a file before it sends it. */
export interface Wishes {
  /** As the client calls the file; may be empty. */
  readonly name: string;
  /** The client's own name for this request, which makes one job of two uploads. */
  readonly key: string | undefined;
  /** What is wanted of the job, as the fields of a form. */
  readonly fields: Fields;
}

/** What the values of an Upload-Metadata header mean. A name without a value counts as one that is empty. */
export function readMetadata(metadata: Readonly<Record<string, string | null>> = {}): Wishes {
  const { filename, idempotencyKey, ...rest } = metadata;
  const fields = Object.entries(rest).filter(([name]) => !OF_CLIENTS.includes(name));
  return {
    name: filename ?? '',
    key: idempotencyKey ?? undefined,
    fields: Object.fromEntries(fields.map(([name, value]) => [name, value ?? ''])),
  };
}

/** @throws UploadRefusedError when the name of the file or a field is too long */
export function checkLengths({ name, fields }: Wishes, limits: UploadLimits): void {
  const bytes = Buffer.byteLength(name);
  if (bytes > limits.UPLOAD_NAME_MAX_BYTES) throw nameTooLong(bytes, limits);
  for (const [field, value] of Object.entries(fields)) {
    if (Buffer.byteLength(String(value)) > limits.UPLOAD_FIELD_MAX_BYTES) throw fieldTooLong(field, limits);
  }
}

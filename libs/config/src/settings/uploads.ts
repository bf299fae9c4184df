import { integer } from './values';

/** Limits of uploads, and how long their files are kept. */
export const uploads = {
  UPLOAD_MAX_BYTES: integer(1, Number.MAX_SAFE_INTEGER)
    .default(2 * 1024 ** 3)
    .describe('maximum upload size, in bytes'),
  UPLOAD_KEEP_HOURS: integer(1, 8_760)
    .default(24)
    .describe('how long a partial upload is kept after its last byte'),
  UPLOAD_MAX_FIELDS: integer(4, 1_000).default(20).describe('maximum number of form fields besides the file'),
  UPLOAD_FIELD_MAX_BYTES: integer(256, 1024 ** 2)
    .default(16 * 1024)
    .describe('maximum length of a form field, in bytes'),
  UPLOAD_NAME_MAX_BYTES: integer(16, 8 * 1024)
    .default(1024)
    .describe('maximum length of a file name, in bytes; stored names are shortened to 200 bytes'),
  RETENTION_HOURS: integer(0, 1_000_000)
    .optional()
    .describe('delete finished jobs after this many hours; unset: never'),
  RETENTION_MB: integer(0, 1_000_000_000)
    .optional()
    .describe('delete the oldest finished jobs when together they exceed this many MB; unset: never'),
  HOUSEKEEPING_MS: integer(1_000, 86_400_000)
    .default(600_000)
    .describe('interval between housekeeping rounds'),
  LEFTOVER_MS: integer(1_000, 604_800_000)
    .default(1_800_000)
    .describe('delete files left by a killed process after this long without changes'),
  ORPHAN_KEEP_HOURS: integer(1, 8_760)
    .default(168)
    .describe('how long the folder of a job without a record stays in `.quarantine` before it is deleted'),
};

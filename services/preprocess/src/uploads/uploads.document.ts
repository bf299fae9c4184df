import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiParam } from '@nestjs/swagger';
import { CHUNK_TYPE, JOB_HEADER } from './tus.service';

// OpenAPI of the tus protocol: https://tus.io/protocols/resumable-upload

const COUNT = { type: 'integer', minimum: 0 } as const;
const TEXT = { type: 'string' } as const;

// Request headers
export const ApiTus = ApiHeader({
  name: 'Tus-Resumable',
  required: true,
  schema: { type: 'string', enum: ['1.0.0'] },
  description: 'version of the protocol',
});

export const LENGTH = {
  name: 'Upload-Length',
  required: true,
  schema: COUNT,
  description: 'bytes of the whole file',
} as const;

export const METADATA = {
  name: 'Upload-Metadata',
  required: false,
  schema: TEXT,
  example: 'filename Y2xpcC5tcDQ=',
  description:
    'filename and the fields of POST /api/jobs, each in Base64; uploads with the same idempotencyKey create one job',
} as const;

// Response headers
export const LOCATION = { description: 'address of the upload', schema: TEXT } as const;
export const OFFSET = { 'Upload-Offset': { description: 'bytes received', schema: COUNT } } as const;
export const STATE = {
  'Upload-Length': { description: 'bytes of the whole file', schema: COUNT },
  'Upload-Metadata': { description: 'as announced', schema: TEXT },
  'Cache-Control': { description: 'no-store', schema: TEXT },
} as const;
export const EXPIRES = {
  'Upload-Expires': { description: 'when the upload is removed if nothing more arrives', schema: TEXT },
} as const;
export const JOB = {
  [JOB_HEADER]: { description: 'id of the job of a complete upload', schema: TEXT },
} as const;
export const SUPPORTED = {
  'Tus-Version': { description: 'supported versions', schema: TEXT },
  'Tus-Extension': { description: 'supported extensions', schema: TEXT },
  'Tus-Max-Size': { description: 'maximum bytes of a file', schema: COUNT },
} as const;

export const ApiUploadId = ApiParam({
  name: 'id',
  description: 'id of the upload, from Location',
  schema: { type: 'string', pattern: '^[0-9a-f]{32}$' },
});

/** Documents a body that is a part of the file. */
export function ApiChunk(about: { readonly required: boolean; readonly description: string }) {
  return applyDecorators(
    ApiConsumes(CHUNK_TYPE),
    ApiBody({ ...about, schema: { type: 'string', format: 'binary' } }),
  );
}

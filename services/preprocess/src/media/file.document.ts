import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { ApiErrors } from '#platform';
import { JOB_ERRORS } from '../jobs/error-descriptions';

const text = (description: string) => ({ description, schema: { type: 'string' } }) as const;

const HEADERS = {
  ETag: text('changes with the file'),
  'Last-Modified': text('when the file was made'),
  'Accept-Ranges': text('bytes'),
};

interface File {
  readonly type: string;
  readonly description: string;
  /** What is missing if the response is 404. */
  readonly missing: string;
  /** Why the response is 400. */
  readonly invalid?: string;
}

/** Documents the response to a client that has the current version. */
export function ApiNotModified(): MethodDecorator {
  return ApiResponse({ status: 304, description: 'unchanged since If-None-Match or If-Modified-Since' });
}

/** Documents a media file in OpenAPI: with ranges, conditional requests and errors. */
export function ApiFile({ type, description, missing, invalid }: File): MethodDecorator {
  const content = { [type]: { schema: { type: 'string', format: 'binary' } } };
  return applyDecorators(
    ApiResponse({ status: 200, description, content, headers: HEADERS }),
    ApiResponse({
      status: 206,
      description: 'the requested Range of it',
      content,
      headers: { ...HEADERS, 'Content-Range': text('for example bytes 0-99/1000') },
    }),
    ApiNotModified(),
    ApiErrors({
      ...JOB_ERRORS,
      ...(invalid !== undefined && { 400: invalid }),
      404: missing,
      412: 'the file does not match If-Match or If-Unmodified-Since',
      416: 'the file has no such byte range',
    }),
  );
}

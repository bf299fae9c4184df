import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { detectionsSchema, refTo } from '#contract';
import { FORMATS, FORMAT_NAMES, type FormatName } from '#exports';

/** Used if the request names no format. */
export const DEFAULT_FORMAT: FormatName = 'json';

/** Shares no key with the default format, so every response matches exactly one of the two. */
const COCO = {
  type: 'object',
  required: ['images', 'annotations', 'categories'],
  description: 'COCO, if format is coco',
};

/** Documents the export formats in OpenAPI. */
export function ApiFormats(): MethodDecorator {
  const lines = FORMAT_NAMES.map((name) => `\`${name}\`: ${FORMATS[name].description}`);
  const text = { schema: { type: 'string' } } as const;
  return applyDecorators(
    ApiQuery({
      name: 'format',
      required: false,
      schema: { type: 'string', enum: [...FORMAT_NAMES], default: DEFAULT_FORMAT },
      description: lines.join('; '),
    }),
    ApiOkResponse({
      description: 'in the requested format; all but json as a download named after the upload',
      content: {
        'application/json': {
          schema: {
            oneOf: [refTo(detectionsSchema), COCO],
          },
        },
        'application/x-ndjson': text,
        'text/csv': text,
        'text/plain': text,
        'text/vtt': text,
      },
    }),
    ApiNotModified(),
  );
}

export function ApiNotModified(): MethodDecorator {
  return ApiResponse({ status: 304, description: 'unchanged since the ETag of If-None-Match' });
}

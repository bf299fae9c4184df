import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { detectionsSchema, refTo } from '#contract';
import { FORMATS, FORMAT_NAMES, type FormatName } from '#exports';

/** Answered where the question does not say which. */
export const DEFAULT_FORMAT: FormatName = 'json';

/** Has no key in common with the default format, so an answer matches one of the two. */
const COCO = {
  type: 'object',
  required: ['images', 'annotations', 'categories'],
  description: 'as COCO has it, where format is coco',
};

/** What OpenAPI says of the formats that detections can be had in. */
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
      description: 'in the format that was asked for; all but json as a download named after the upload',
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
  return ApiResponse({ status: 304, description: 'nothing has changed since the ETag of If-None-Match' });
}

import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, type ApiBodyOptions } from '@nestjs/swagger';
import { submissionSchema, toOpenApi } from '#contract';
import { VIDEO_FIELD } from '../intake/video-upload';

type Schema = Extract<ApiBodyOptions, { schema: unknown }>['schema'];

/** Documents the upload form in OpenAPI: the file and the fields of the submission schema. */
export function ApiSubmission(): MethodDecorator {
  const schema = {
    type: 'object',
    required: [VIDEO_FIELD],
    properties: {
      [VIDEO_FIELD]: { type: 'string', format: 'binary' },
      ...toOpenApi(submissionSchema).properties,
    },
  };
  return applyDecorators(ApiConsumes('multipart/form-data'), ApiBody({ schema: schema as Schema }));
}

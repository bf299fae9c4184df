import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  type ApiBodyOptions,
} from '@nestjs/swagger';
import { detectFormSchema, oneImageSchema, refTo, severalImagesSchema, toOpenApi } from '#contract';
import { ApiErrors } from './error.resource';

/** Path of the image endpoint in all services. */
export const DETECT_PATH = 'api/detect';

/** Multipart field of the images. */
export const IMAGE_FIELD = 'image';
/** Maximum number of images per request. */
export const MAX_IMAGES = 16;
/** Maximum size of an image file. */
export const MAX_IMAGE_BYTES = 25 * 1024 ** 2;

type Schema = Extract<ApiBodyOptions, { schema: unknown }>['schema'];

/** The images and the fields of the form. */
const FORM = {
  type: 'object',
  required: [IMAGE_FIELD],
  properties: {
    [IMAGE_FIELD]: {
      type: 'array',
      items: { type: 'string', format: 'binary' },
      minItems: 1,
      maxItems: MAX_IMAGES,
      description: `JPEG or PNG, at most ${MAX_IMAGE_BYTES / 1024 ** 2} MB each; repeat the field for several images`,
    },
    ...toOpenApi(detectFormSchema).properties,
  },
};

/** Documents the image endpoint in OpenAPI. */
export function ApiDetect(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Detect objects on images',
      description: `Returns OneImage for one image and SeveralImages for several; with annotate=1 and one image, the annotated JPEG.`,
    }),
    ApiConsumes('multipart/form-data'),
    ApiBody({ required: true, schema: FORM as Schema }),
    ApiQuery({
      name: 'annotate',
      required: false,
      schema: { type: 'string', enum: ['0', '1'] },
      description: 'return the annotated image, upright, as JPEG',
    }),
    ApiOkResponse({
      description: 'the detections, or the annotated image',
      headers: {
        'X-Detections': { description: 'with annotate=1: number of detections', schema: { type: 'integer' } },
      },
      content: {
        'application/json': {
          schema: {
            oneOf: [refTo(oneImageSchema), refTo(severalImagesSchema)],
          },
        },
        'image/jpeg': { schema: { type: 'string', format: 'binary' } },
      },
    }),
    ApiErrors({
      400: 'no image, unknown model, or an invalid field; lists all errors',
      413: 'an image is too large',
      422: 'the image cannot be decoded, or the model cannot be used',
      503: 'the queue is full, or no detector is available; retry after Retry-After',
    }),
  );
}

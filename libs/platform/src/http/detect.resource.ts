import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, type ApiBodyOptions } from '@nestjs/swagger';
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

/** Maximum size of a JSON body, whose images are in base64. */
export const MAX_JSON_BYTES = 64 * 1024 ** 2;

type Schema = Extract<ApiBodyOptions, { schema: unknown }>['schema'];

const OPTIONS = toOpenApi(detectFormSchema).properties as Record<string, object>;

const PER_IMAGE = `JPEG, PNG or WebP, at most ${MAX_IMAGE_BYTES / 1024 ** 2} MB each`;

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
      description: `${PER_IMAGE}; repeat the field for several images`,
    },
    ...OPTIONS,
  },
};

const BASE64 = { type: 'string', contentEncoding: 'base64' };

/** The same as JSON. */
const JSON_BODY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    [IMAGE_FIELD]: { ...BASE64, description: `one image in base64: ${PER_IMAGE}` },
    images: {
      type: 'array',
      items: BASE64,
      minItems: 1,
      maxItems: MAX_IMAGES,
      description: 'or several images',
    },
    url: {
      type: 'string',
      format: 'uri',
      description: 'or the address of one image, if the server allows it (DETECT_URLS)',
    },
    ...OPTIONS,
    classes: {
      anyOf: [OPTIONS['classes'], { type: 'array', items: { type: 'string' } }],
      description: 'labels to detect; default: all',
    },
  },
};

/** Documents the image endpoint in OpenAPI. */
export function ApiDetect(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Detect objects on images',
      description: `Returns OneImage for one image and SeveralImages for several; with annotate=1 and one image, the annotated JPEG.`,
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': { schema: FORM },
          'application/json': { schema: JSON_BODY as Schema },
        },
      },
    }),
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
      403: 'no access, or the server downloads no images from a url',
      400: 'no image, unknown model, or an invalid field; lists all errors',
      413: 'an image is too large',
      422: 'the image cannot be decoded, or the model cannot be used',
      503: 'the queue is full, or no detector is available; retry after Retry-After',
    }),
  );
}

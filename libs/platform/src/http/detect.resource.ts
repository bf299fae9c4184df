import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiQuery,
  ApiSchema,
} from '@nestjs/swagger';
import { oneImageSchema, refTo, severalImagesSchema } from '#contract';
import { ApiErrors } from './error.resource';

/** Path of the image endpoint in all services. */
export const DETECT_PATH = 'api/detect';

/** Multipart field of the images. */
export const IMAGE_FIELD = 'image';
/** Maximum number of images per request. */
export const MAX_IMAGES = 16;
/** Maximum size of an image file. */
export const MAX_IMAGE_BYTES = 25 * 1024 ** 2;

@ApiSchema({ name: 'DetectForm' })
class DetectForm {
  @ApiProperty({
    name: IMAGE_FIELD,
    type: 'array',
    items: { type: 'string', format: 'binary' },
    minItems: 1,
    maxItems: MAX_IMAGES,
    description: `JPEG or PNG, at most ${MAX_IMAGE_BYTES / 1024 ** 2} MB each; repeat the field for several images`,
  })
  image!: unknown[];

  @ApiPropertyOptional({
    description: 'name of the model; default: the default model of the service',
  })
  model?: string;
  @ApiPropertyOptional({ minimum: 0, maximum: 1, description: 'score threshold; default: that of the model' })
  score?: number;
  @ApiPropertyOptional({
    minimum: 0,
    maximum: 1,
    description:
      'IoU threshold: of two boxes of a class that overlap more, NMS drops the weaker; default: that of the model',
  })
  iou?: number;
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    description: 'maximum number of detections per image; default: that of the model',
  })
  max?: number;
  @ApiPropertyOptional({ example: 'person,car', description: 'labels to detect; default: all' })
  classes?: string;
}

/** Documents the image endpoint in OpenAPI. */
export function ApiDetect(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Detect objects on images',
      description: `Returns OneImage for one image and SeveralImages for several; with annotate=1 and one image, the annotated JPEG.`,
    }),
    ApiConsumes('multipart/form-data'),
    ApiBody({ type: DetectForm }),
    ApiQuery({
      name: 'annotate',
      required: false,
      schema: { type: 'string', enum: ['0', '1'] },
      description: 'return the annotated image, upright, as JPEG',
    }),
    ApiOkResponse({
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

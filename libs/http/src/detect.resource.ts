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

/** Path of the image endpoint, the same on every service that has it. */
export const DETECT_PATH = 'api/detect';

/** Multipart field of the images. */
export const IMAGE_FIELD = 'image';
/** Most images of one request. */
export const MAX_IMAGES = 16;
/** Largest image file. */
export const MAX_IMAGE_BYTES = 25 * 1024 ** 2;

@ApiSchema({ name: 'DetectForm' })
class DetectForm {
  @ApiProperty({
    name: IMAGE_FIELD,
    type: 'array',
    items: { type: 'string', format: 'binary' },
    minItems: 1,
    maxItems: MAX_IMAGES,
    description: `JPEG or PNG, at most ${MAX_IMAGE_BYTES / 1024 ** 2} MB each; repeat the field for several`,
  })
  image!: unknown[];

  @ApiPropertyOptional({
    description: 'name of the model; default: the one that the service was started with',
  })
  model?: string;
  @ApiPropertyOptional({ minimum: 0, maximum: 1, description: "least score; default: the model's" })
  score?: number;
  @ApiPropertyOptional({
    minimum: 0,
    maximum: 1,
    description: "of two boxes of a class that overlap more, the weaker is dropped; default: the model's",
  })
  iou?: number;
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    description: "most detections of an image; default: the model's",
  })
  max?: number;
  @ApiPropertyOptional({ example: 'person,car', description: 'labels to look for; default: all' })
  classes?: string;
}

/** What OpenAPI says of the image endpoint, wherever it is reached. */
export function ApiDetect(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'What is on an image, at once',
      description: `One image gives OneImage, several give SeveralImages; with annotate=1 one image gives a JPEG with the boxes drawn.`,
    }),
    ApiConsumes('multipart/form-data'),
    ApiBody({ type: DetectForm }),
    ApiQuery({
      name: 'annotate',
      required: false,
      schema: { type: 'string', enum: ['0', '1'] },
      description: 'answer with the image and its boxes, upright, as JPEG',
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
      400: 'no image, no such model, or a field that is wrong; all mistakes at once',
      413: 'an image is too large',
      422: 'the image cannot be decoded, or the model cannot be used',
      503: 'too much to do, or no detector; Retry-After tells when to come again',
    }),
  );
}

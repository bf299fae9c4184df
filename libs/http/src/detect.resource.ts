import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiQuery,
  ApiSchema,
  getSchemaPath,
} from '@nestjs/swagger';
import { ApiErrors, ProblemResource } from './error.resource';

/** Path of the image endpoint, the same on every service that has it. */
export const DETECT_PATH = 'api/detect';

/** Multipart field of the images. */
export const IMAGE_FIELD = 'image';
/** Most images of one request. */
export const MAX_IMAGES = 16;
/** Largest image file. */
export const MAX_IMAGE_BYTES = 25 * 1024 ** 2;

@ApiSchema({ name: 'ImageBox', description: 'Fractions of the picture, 0..1, from its top left corner.' })
class ImageBoxResource {
  @ApiProperty({ example: 0.25 }) x1!: number;
  @ApiProperty({ example: 0.1 }) y1!: number;
  @ApiProperty({ example: 0.5 }) x2!: number;
  @ApiProperty({ example: 0.9 }) y2!: number;
}

@ApiSchema({ name: 'PixelBox', description: 'The same box in whole pixels; x2 and y2 are just outside it.' })
class PixelBoxResource {
  @ApiProperty({ type: 'integer', example: 160 }) x1!: number;
  @ApiProperty({ type: 'integer', example: 48 }) y1!: number;
  @ApiProperty({ type: 'integer', example: 320 }) x2!: number;
  @ApiProperty({ type: 'integer', example: 432 }) y2!: number;
}

@ApiSchema({ name: 'ImageDetection' })
export class ImageDetectionResource {
  @ApiProperty({ example: 'person' }) label!: string;
  @ApiProperty({ type: 'integer', example: 0 }) classIndex!: number;
  @ApiProperty({ description: '0..1', example: 0.87 }) score!: number;
  @ApiProperty() box!: ImageBoxResource;
  @ApiProperty() pixels!: PixelBoxResource;
}

@ApiSchema({
  name: 'Image',
  description: 'Size in pixels, upright: after any turn that its EXIF data asks for.',
})
class ImageResource {
  @ApiProperty({ example: 'street.jpg', description: 'file name as sent' }) name!: string;
  @ApiProperty({ type: 'integer', example: 640 }) width!: number;
  @ApiProperty({ type: 'integer', example: 480 }) height!: number;
}

@ApiSchema({ name: 'ImageTimings', description: 'Milliseconds.' })
class TimingsResource {
  @ApiProperty({ description: 'waiting for the model' }) queueMs!: number;
  @ApiProperty({ description: 'decoding the picture and making the model’s input of it' }) inputMs!: number;
  @ApiProperty({ description: 'the run of the model, which several pictures may share' }) computeMs!: number;
  @ApiProperty({ description: 'reading the model’s output' }) outputMs!: number;
  @ApiProperty({ description: 'from the arrival of the whole picture to its result' }) totalMs!: number;
}

@ApiSchema({ name: 'ImageResult' })
export class ImageResultResource {
  @ApiProperty() image!: ImageResource;
  @ApiProperty({ type: [ImageDetectionResource], description: 'best first' })
  detections!: ImageDetectionResource[];
  @ApiProperty() timings!: TimingsResource;
}

@ApiSchema({ name: 'OneImage' })
export class OneImageResource extends ImageResultResource {
  @ApiProperty({ example: 'ssdlite-mobilenetv2' }) model!: string;
}

@ApiSchema({ name: 'RefusedImage' })
export class RefusedImageResource {
  @ApiProperty({ type: Object, example: { name: 'notes.txt' } }) image!: { name: string };
  @ApiProperty() error!: ProblemResource;
}

@ApiSchema({ name: 'SeveralImages' })
export class SeveralImagesResource {
  @ApiProperty({ example: 'ssdlite-mobilenetv2' }) model!: string;
  @ApiProperty({
    type: 'array',
    items: {
      oneOf: [{ $ref: getSchemaPath(ImageResultResource) }, { $ref: getSchemaPath(RefusedImageResource) }],
    },
    description: 'in the order of the images; one that cannot be used has an error of its own',
  })
  results!: (ImageResultResource | RefusedImageResource)[];
}

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
    ApiExtraModels(OneImageResource, SeveralImagesResource, ImageResultResource, RefusedImageResource),
    ApiOkResponse({
      content: {
        'application/json': {
          schema: {
            oneOf: [
              { $ref: getSchemaPath(OneImageResource) },
              { $ref: getSchemaPath(SeveralImagesResource) },
            ],
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

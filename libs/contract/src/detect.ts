import { z } from 'zod';
import { precisionSchema } from './precision';
import { problemSchema } from './problem';

const fraction = (example: number) => z.number().meta({ example });
const pixel = (example: number) => z.int().meta({ example });

const imageBox = z
  .object({ x1: fraction(0.25), y1: fraction(0.1), x2: fraction(0.5), y2: fraction(0.9) })
  .meta({ id: 'ImageBox', description: 'Fractions of the image, 0..1, from its top left corner.' });

const pixelBox = z
  .object({ x1: pixel(160), y1: pixel(48), x2: pixel(320), y2: pixel(432) })
  .meta({ id: 'PixelBox', description: 'The same box in whole pixels; x2 and y2 are just outside it.' });

const imageDetection = z
  .object({
    label: z.string().meta({ example: 'person' }),
    classIndex: z.int().meta({ example: 0 }),
    score: z.number().meta({ description: '0..1', example: 0.87 }),
    colour: z.string().meta({
      description: 'colour of the class in videos, images and pages, as in CSS',
      example: '#d83b01',
    }),
    box: imageBox,
    pixels: pixelBox,
  })
  .meta({ id: 'ImageDetection' });

const image = z
  .object({
    name: z.string().meta({ example: 'street.jpg', description: 'file name as sent' }),
    width: z.int().meta({ example: 640 }),
    height: z.int().meta({ example: 480 }),
  })
  .meta({ id: 'Image', description: 'Size in pixels after applying the EXIF orientation.' });

const timings = z
  .object({
    queueMs: z.number().describe('waiting for the model'),
    inputMs: z.number().describe('decoding the image and preparing the model input'),
    computeMs: z.number().describe('the model run, which several images may share'),
    outputMs: z.number().describe('reading the model output'),
    totalMs: z.number().describe('from the arrival of the complete image to its result'),
  })
  .meta({ id: 'ImageTimings', description: 'Milliseconds.' });

const imageResult = z.object({
  image,
  detections: z.array(imageDetection).describe('best first'),
  timings,
});

const model = z.string().meta({ example: 'ssdlite-mobilenetv2' });

export const imageResultSchema = imageResult.meta({ id: 'ImageResult' });

/** The response to a request with one image. */
export const oneImageSchema = imageResult
  .extend({ model, precision: precisionSchema })
  .meta({ id: 'OneImage' });

export const refusedImageSchema = z
  .object({
    image: z.object({ name: z.string() }).meta({ example: { name: 'notes.txt' } }),
    error: problemSchema,
  })
  .meta({ id: 'RefusedImage' });

/** The response to a request with several images. */
export const severalImagesSchema = z
  .object({
    model,
    precision: precisionSchema,
    results: z
      .array(z.union([imageResultSchema, refusedImageSchema]))
      .describe('in the order of the images; an unusable image has an error instead of detections'),
  })
  .meta({ id: 'SeveralImages' });

export type ImageResultResource = z.infer<typeof imageResultSchema>;
export type OneImageResource = z.infer<typeof oneImageSchema>;
export type RefusedImageResource = z.infer<typeof refusedImageSchema>;
export type SeveralImagesResource = z.infer<typeof severalImagesSchema>;

import { z } from 'zod';
import { jobIdSchema } from './job';

const box = z
  .object({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() })
  .meta({ id: 'Box', description: 'Fractions of the frame, 0..1.' });

const detection = z
  .object({
    label: z.string().meta({ example: 'person' }),
    classIndex: z.number(),
    score: z.number().nullable().describe('0..1; null if unknown'),
    box,
    track: z.int().nullable().describe('id of its track, from 1; null if it belongs to none'),
    filled: z.boolean().describe('the box was not detected in this frame: it lies on the track'),
  })
  .meta({ id: 'Detection' });

const frame = z
  .object({
    n: z.number().describe('frame number from 0'),
    time: z.number().describe('seconds from the start'),
    boxes: z.array(detection),
  })
  .meta({ id: 'Frame' });

/** All detections of a job, the default format of its exports. */
export const detectionsSchema = z
  .object({
    id: jobIdSchema,
    frameRate: z.number().describe('frames per second'),
    frames: z.array(frame),
  })
  .meta({ id: 'Detections' });

const cocoImage = z
  .object({
    id: z.int().describe('from 1'),
    file_name: z.string(),
    width: z.int(),
    height: z.int(),
  })
  .meta({ id: 'CocoImage' });

const cocoAnnotation = z
  .object({
    id: z.int().describe('from 1'),
    image_id: z.int(),
    category_id: z.int().describe('class index + 1'),
    bbox: z.array(z.number()).length(4).describe('x, y, width and height in pixels'),
    area: z.number().describe('square pixels'),
    score: z.number().nullable().optional().describe('0..1'),
    track_id: z.int().optional().describe('from 1; absent if it belongs to no track'),
    attributes: z
      .object({ track_id: z.int(), keyframe: z.boolean().describe('detected, not filled in') })
      .optional()
      .describe('the track again, where datumaro and CVAT look for it'),
  })
  .meta({ id: 'CocoAnnotation' });

const cocoCategory = z.object({ id: z.int(), name: z.string() }).meta({ id: 'CocoCategory' });

/** The detections in COCO's format for object instances. */
export const cocoSchema = z
  .object({
    images: z.array(cocoImage),
    annotations: z.array(cocoAnnotation),
    categories: z.array(cocoCategory),
  })
  .meta({ id: 'Coco', description: 'See https://cocodataset.org/#format-data.' });

export type DetectionsResource = z.infer<typeof detectionsSchema>;

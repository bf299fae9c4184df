import { z } from 'zod';

const box = z
  .object({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() })
  .meta({ id: 'Box', description: 'Fractions of the frame, 0..1.' });

const detection = z
  .object({
    label: z.string().meta({ example: 'person' }),
    classIndex: z.number(),
    score: z.number().nullable().describe('0..1; null if unknown'),
    box,
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
    id: z.string(),
    frameRate: z.number().describe('frames per second'),
    frames: z.array(frame),
  })
  .meta({ id: 'Detections' });

export type DetectionsResource = z.infer<typeof detectionsSchema>;

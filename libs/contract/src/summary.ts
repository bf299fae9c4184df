import { z } from 'zod';
import { precisionSchema } from './precision';

const classSummary = z
  .object({
    label: z.string().meta({ example: 'person' }),
    classIndex: z.number(),
    count: z.number().describe('detections'),
    frames: z.number().describe('frames with at least one'),
    objects: z.number().nullable().describe('distinct objects; null in jobs without tracks'),
    colour: z.string().meta({ example: '#d9660b', description: 'colour of its boxes in the video' }),
  })
  .meta({ id: 'ClassSummary' });

const bins = z
  .object({
    frames: z.number().describe('frames per bin; the last bin may have fewer'),
    counts: z.record(z.string(), z.array(z.int())).meta({
      description: 'by label: the maximum number of detections in one frame of each bin',
      example: { person: [0, 2, 3] },
    }),
    objects: z
      .record(z.string(), z.array(z.int()))
      .nullable()
      .meta({
        description:
          'by label: the number of objects that appear first in each bin, so that their running total is the number of distinct objects so far; null in jobs without tracks',
        example: { person: [0, 2, 1] },
      }),
  })
  .meta({ id: 'Bins', description: 'Detections over time, in at most 500 bins.' });

const peak = z
  .object({
    frame: z.number().describe('frame number from 0'),
    time: z.number().describe('seconds from the start'),
    count: z.number().describe('detections'),
  })
  .meta({ id: 'Peak' });

/** The summary of the detections in a finished video. */
export const summarySchema = z
  .object({
    frames: z.number(),
    frameRate: z.number().describe('frames per second'),
    total: z.number().describe('detections in all frames'),
    classes: z.array(classSummary).describe('most frequent first'),
    bins,
    precision: precisionSchema
      .nullable()
      .describe('of the model that made the detections; null in jobs of earlier versions'),
    peaks: z.array(peak).describe('up to 8 separate frames with the most detections, in order of time'),
  })
  .meta({ id: 'Summary' });

export type SummaryResource = z.infer<typeof summarySchema>;

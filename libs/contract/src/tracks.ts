import { z } from 'zod';
import { labelsField, thresholdField, unknownParameter } from './filters';

/** The query parameters of the tracks of a job. Each message names its parameter and ends without a full stop. */
export const tracksQuerySchema = z.strictObject(
  {
    minScore: thresholdField('minScore').describe(
      'only tracks whose best score is above this one, and those with unknown scores; default: all',
    ),
    classes: labelsField('classes').describe(
      'only tracks with these labels, separated by commas; default: all',
    ),
  },
  unknownParameter(['minScore', 'classes']),
);

const frame = z.int().describe('frame number from 0');
const seconds = z.number().describe('seconds from the start');
const fraction = z.number();

const track = z
  .object({
    id: z.int().describe('from 1, in order of first appearance'),
    label: z.string().meta({ example: 'person' }),
    classIndex: z.int(),
    colour: z.string().meta({ example: '#d9660b', description: 'colour of its boxes in the video' }),
    firstFrame: frame,
    lastFrame: frame,
    firstTime: seconds,
    lastTime: seconds,
    boxes: z.int().describe('frames with a box'),
    detections: z.int().describe('those that were detected; the others were filled in'),
    bestScore: z.number().nullable().describe('0..1; null if no score is known'),
    bestFrame: z.int().describe('the first frame with this score'),
    meanBox: z
      .array(fraction)
      .length(4)
      .meta({ example: [0.46, 0.07, 0.669, 0.853] })
      .describe('mean of all boxes: x1, y1, x2, y2 as fractions of the frame'),
    path: z
      .array(z.array(z.number()).length(3))
      .meta({ example: [[0, 0.56, 0.853]] })
      .describe(
        '1 to 65 points: frame, and the middle of the lower side of the box as fractions of the frame',
      ),
  })
  .meta({ id: 'Track' });

/** The tracked objects of a job. */
export const tracksSchema = z
  .object({
    frameRate: z.number().describe('frames per second'),
    tracks: z.array(track).describe('by id'),
  })
  .meta({ id: 'Tracks' });

export type TracksQuery = z.output<typeof tracksQuerySchema>;
export type TracksResource = z.infer<typeof tracksSchema>;

import { z } from 'zod';
import { numberField, toWholeNumber } from './fields';

const DEFAULT_FRAMES = 300;
const MAX_FRAMES = 1_000;
/** About a day. */
const MAX_SECONDS = 100_000;
const PARAMETERS = ['from', 'to', 'minScore', 'classes', 'cursor', 'limit'];

const invalid = (name: string, expected: string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    typeof input === 'string' || typeof input === 'number'
      ? `Invalid ${name} "${String(input).slice(0, 64)}": expected ${expected}`
      : `${name}: expected a single value`,
});

const notSeconds = (name: string) => invalid(name, `seconds from 0 to ${MAX_SECONDS}`);
const notAScore = invalid('minScore', 'a number from 0 to 1');
const notALimit = invalid('limit', `a whole number from 1 to ${MAX_FRAMES}`);
const notACursor = invalid('cursor', 'the nextCursor of a page');
const notLabels = invalid('classes', 'labels, separated by commas');

const seconds = (name: string) =>
  numberField(z.number(notSeconds(name)).min(0, notSeconds(name)).max(MAX_SECONDS, notSeconds(name)));

/** The query parameters of the boxes of a job. Each message names its parameter and ends without a full stop. */
export const boxesQuerySchema = z.strictObject(
  {
    from: seconds('from').describe('seconds from the start; default: 0'),
    to: seconds('to').describe('seconds from the start, exclusive; default: the end of the video'),
    minScore: numberField(z.number(notAScore).min(0, notAScore).max(1, notAScore)).describe(
      'only boxes whose score, or the best score of whose track, is above this one, and those with an unknown score; default: all that are stored',
    ),
    classes: z
      .string(notLabels)
      .max(10_000, 'classes: expected at most 10000 characters')
      .optional()
      .describe('only boxes with these labels, separated by commas; default: all'),
    cursor: z
      .string(notACursor)
      .regex(/^\d{1,9}$/, notACursor)
      .optional()
      .describe('nextCursor of the previous page'),
    limit: z
      .preprocess(
        toWholeNumber,
        z.int(notALimit).min(1, notALimit).max(MAX_FRAMES, notALimit).default(DEFAULT_FRAMES),
      )
      .describe('maximum number of frames'),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `Unknown parameter "${(issue.keys[0] ?? '').slice(0, 64)}": expected ${PARAMETERS.join(', ')}`
        : undefined,
  },
);

const boxClass = z
  .object({
    classIndex: z.int(),
    label: z.string().meta({ example: 'person' }),
    colour: z.string().meta({ example: '#d9660b', description: 'colour of its boxes in the video' }),
  })
  .meta({ id: 'BoxClass' });

const boxTrack = z
  .object({
    id: z.int().describe('from 1'),
    score: z
      .number()
      .nullable()
      .describe('the best score of the track, rounded up to 0.0001; null if no score is known'),
    colour: z
      .string()
      .meta({ example: '#d9660b', description: 'colour of its boxes where each object has its own' }),
  })
  .meta({ id: 'BoxTrack' });

const boxesFrame = z
  .object({
    n: z.int().describe('frame number from 0, shown from n / frameRate seconds on'),
    boxes: z
      .array(z.array(z.number().nullable()).length(7))
      .describe(
        'class index, score (rounded up to 0.0001; null if unknown), x1, y1, x2, y2 as fractions of the frame, and the id of the track (null if it has none); best first',
      )
      .meta({ example: [[0, 0.9132, 0.46, 0.07, 0.669, 0.853, 3]] }),
  })
  .meta({ id: 'BoxesFrame' });

/** A page of the detections of a job, for players. */
export const boxesSchema = z
  .object({
    frameRate: z.number().describe('frames per second'),
    total: z.int().describe('frames of the video'),
    first: z.int().describe('first frame of this page'),
    end: z.int().describe('frame after the last one of this page'),
    classes: z.array(boxClass).describe('the classes on this page'),
    tracks: z
      .array(boxTrack)
      .describe(
        'the tracks on this page: players show a box if its score, or that of its track, is high enough',
      ),
    frames: z.array(boxesFrame).describe('frames of this page with boxes; the others have none'),
    nextCursor: z.string().nullable().describe('pass it as `cursor` to get the next page'),
  })
  .meta({ id: 'Boxes' });

export type BoxesQuery = z.output<typeof boxesQuerySchema>;
export type BoxesResource = z.infer<typeof boxesSchema>;

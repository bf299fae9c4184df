import { z } from 'zod';
import { formField, numberField } from './fields';
import { layoutSchema } from './layout';

/** Maximum frame step. */
export const MAX_FRAME_STEP = 1_000;

const NOT_A_SCORE = 'expected a number from 0 to 1';
const NOT_A_STEP = `expected a whole number from 1 to ${MAX_FRAME_STEP}`;

/** Longest memory of a track, and most detections that a track may need, in frames. */
const MAX_TRACK_BUFFER = 10_000;
const MAX_LENGTH = 1_000;

const NOT_TRACKING = 'expected "on" or "off"';
const NOT_A_BUFFER = `expected a whole number from 1 to ${MAX_TRACK_BUFFER}`;
const NOT_A_LENGTH = `expected a whole number from 1 to ${MAX_LENGTH}`;

const FRAME_STEP = 'run detection on every Nth frame; on the others, boxes move along their tracks, or stay';
const TRACKING = 'whether objects are tracked; default: on';
const TRACK_BUFFER = 'frames after which an object that is not detected has left; default: a second';
const MIN_LENGTH = 'detections that a track needs; default: 3';

const labels = z
  .union([z.string(), z.array(z.string())], 'expected labels separated by commas')
  .transform((value) => [value].flat().flatMap((part) => part.split(',')))
  .transform((names) => [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))]);

/** Options for running the video of a job again, as JSON. */
export const rerunSchema = z
  .object({
    model: z.string().describe('name of a model, see /api/models'),
    score: z.number().min(0).max(1).describe('score threshold: detections must exceed it'),
    classes: z.array(z.string()).describe('labels to detect; empty: all'),
    frameStep: z.int().min(1).max(MAX_FRAME_STEP).describe(FRAME_STEP),
    tracking: z.enum(['on', 'off']).describe(TRACKING),
    trackBuffer: z.int().min(1).max(MAX_TRACK_BUFFER).describe(TRACK_BUFFER),
    minLength: z.int().min(1).max(MAX_LENGTH).describe(MIN_LENGTH),
    callbackUrl: z.url().describe('receives a signed message when the job ends'),
    layout: z
      .union([layoutSchema, z.string()])
      .describe('lines and zones at which to count, or the name of a preset; an empty text: none'),
  })
  .partial()
  .meta({
    id: 'Rerun',
    description:
      "Options that differ from the job's. Another model has its own default score and all its classes.",
  });

/** The options of a job, as form fields besides the video. */
export const submissionSchema = z.strictObject({
  model: formField(z.string('expected the name of one model')).describe('name of a model, see /api/models'),
  score: numberField(z.number(NOT_A_SCORE).min(0, NOT_A_SCORE).max(1, NOT_A_SCORE)).describe(
    'score threshold: detections must exceed it',
  ),
  classes: formField(labels).meta({
    type: 'string',
    example: 'person, car',
    description: 'labels to detect; all if empty',
  }),
  frameStep: numberField(z.int(NOT_A_STEP).min(1, NOT_A_STEP).max(MAX_FRAME_STEP, NOT_A_STEP)).describe(
    FRAME_STEP,
  ),
  tracking: formField(z.enum(['on', 'off'], NOT_TRACKING)).describe(TRACKING),
  trackBuffer: numberField(
    z.int(NOT_A_BUFFER).min(1, NOT_A_BUFFER).max(MAX_TRACK_BUFFER, NOT_A_BUFFER),
  ).describe(TRACK_BUFFER),
  minLength: numberField(z.int(NOT_A_LENGTH).min(1, NOT_A_LENGTH).max(MAX_LENGTH, NOT_A_LENGTH)).describe(
    MIN_LENGTH,
  ),
  callbackUrl: formField(z.string('expected one URL').trim()).meta({
    format: 'uri',
    maxLength: 2048,
    description: 'receives a signed message when the job ends; see docs/webhooks.md',
  }),
  layout: z.unknown().optional().meta({
    type: 'string',
    example: 'Main Street',
    description: 'lines and zones at which to count: JSON, or the name of a preset; see docs/events.md',
  }),
});

import { z } from 'zod';
import { formField, numberField } from './fields';
import { layoutSchema } from './layout';

/** Maximum frame step. */
export const MAX_FRAME_STEP = 1_000;

const NOT_A_SCORE = 'expected a number from 0 to 1';
const NOT_A_STEP = `expected a whole number from 1 to ${MAX_FRAME_STEP}`;

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
    frameStep: z.int().min(1).max(MAX_FRAME_STEP).describe('run detection on every Nth frame'),
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
    'run detection on every Nth frame; skipped frames reuse the last boxes',
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

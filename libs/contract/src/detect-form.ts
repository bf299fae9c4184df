import { z } from 'zod';
import { formField, numberField } from './fields';

const MAX_DETECTIONS = 1000;

const NOT_TEXT = 'expected a single text value';

/** @param expected such as `a number from 0 to 1` */
const not = (expected: string) => ({
  error: ({ input }: { readonly input?: unknown }): string =>
    typeof input === 'string' || typeof input === 'number'
      ? `"${String(input).slice(0, 64)}" is not ${expected}`
      : NOT_TEXT,
});

const notAFraction = not('a number from 0 to 1');
const fraction = numberField(z.number(notAFraction).min(0, notAFraction).max(1, notAFraction));

const notACount = not(`a whole number from 1 to ${MAX_DETECTIONS}`);
const count = numberField(z.int(notACount).min(1, notACount).max(MAX_DETECTIONS, notACount));

const labels = z
  .string(NOT_TEXT)
  .transform((text) => text.split(',').map((label) => label.trim()))
  .transform((names) => names.filter((name) => name !== ''))
  .refine((names) => names.length > 0, 'expected at least one label');

/** The form fields of a detection request, other than the images. */
export const detectFormSchema = z.strictObject({
  model: formField(z.string(NOT_TEXT).trim()).describe(
    "name of the model; default: the service's default model",
  ),
  score: fraction.describe("score threshold; default: the model's"),
  iou: fraction.describe(
    "IoU threshold: when two boxes of the same class overlap by more than this, NMS drops the one with the lower score; default: the model's",
  ),
  max: count.describe("maximum number of detections per image; default: the model's"),
  classes: formField(labels).meta({
    type: 'string',
    example: 'person,car',
    description: 'labels to detect; default: all',
  }),
});

type Given<Fields> = { readonly [Name in keyof Fields]?: NonNullable<Fields[Name]> };

/** The options of a detection request; thresholds are 0..1. */
export type DetectFields = Given<z.output<typeof detectFormSchema>>;

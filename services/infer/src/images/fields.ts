import { z } from 'zod';
import { BadRequestException } from '@nestjs/common';
import { quoteWithNearest } from '#detection';

/** What a client may ask of the detector besides the images. */
export interface DetectFields {
  readonly model?: string;
  /** 0..1 */
  readonly score?: number;
  /** 0..1 */
  readonly iou?: number;
  /** 1..1000 */
  readonly max?: number;
  /** Labels, at least one. */
  readonly classes?: readonly string[];
}

const MAX_DETECTIONS = 1000;

/** A field of a form. Left empty, as browsers send it, it is as good as not there. */
const text = z
  .string({ error: 'it may be given only once, as text' })
  .trim()
  .transform((value) => (value === '' ? undefined : value));

const number = (accepts: (value: number) => boolean, expected: string) =>
  text.transform((value, context) => {
    if (value === undefined) return undefined;
    const parsed = /^\d*\.?\d+$/.test(value) ? Number(value) : NaN;
    if (accepts(parsed)) return parsed;
    context.addIssue({ code: 'custom', message: `"${value.slice(0, 64)}" is not ${expected}` });
    return z.NEVER;
  });

const fraction = number((value) => value >= 0 && value <= 1, 'a number from 0 to 1');

const fields = z.strictObject({
  model: text.optional(),
  score: fraction.optional(),
  iou: fraction.optional(),
  max: number(
    (value) => Number.isInteger(value) && value >= 1 && value <= MAX_DETECTIONS,
    `a whole number from 1 to ${MAX_DETECTIONS}`,
  ).optional(),
  classes: text
    .transform((value) =>
      value
        ?.split(',')
        .map((label) => label.trim())
        .filter((label) => label !== ''),
    )
    .refine((labels) => labels?.length !== 0, { error: 'it names no label' })
    .optional(),
});

const NAMES = Object.keys(fields.shape);

/** What a form says. */
export interface DetectForm {
  /** Those that are right, even beside wrong ones: what depends on the model is still to be checked. */
  readonly fields: DetectFields;
  /** Every wrong field, and what would be right; without full stops. */
  readonly mistakes: readonly string[];
}

/** Reads the text fields of the form. */
export function parseForm(body: unknown): DetectForm {
  // The parser's object has no prototype, and none at all comes with an empty form.
  const given: Readonly<Record<string, unknown>> = { ...(body as object | undefined) };
  const right = Object.entries(fields.shape)
    .map(([name, field]) => [name, field.safeParse(given[name]).data] as const)
    .filter(([, value]) => value !== undefined);
  const { error } = fields.safeParse(given);
  return { fields: Object.fromEntries(right), mistakes: error?.issues.map(describe) ?? [] };
}

/**
 * Reads the `annotate` parameter of the address.
 * @throws BadRequestException for another value, and for any other parameter, which would be ignored
 */
export function parseAnnotate(query: Readonly<Record<string, unknown>>): boolean {
  const { annotate = '0', ...others } = query;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new BadRequestException(
      `There is no parameter "${unknown.slice(0, 64)}" in the address, only annotate; ${NAMES.join(', ')} are fields of the form.`,
    );
  }
  if (annotate === '1') return true;
  if (annotate === '0') return false;
  throw new BadRequestException('annotate: expected 1 or 0.');
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    if (issue.keys.includes('annotate')) return 'annotate: put it in the address: ?annotate=1';
    return `There is no field ${issue.keys
      .slice(0, 5)
      .map((key) => quoteWithNearest(key, NAMES))
      .join(', ')}: expected ${NAMES.join(', ')}`;
  }
  return `${issue.path.join('.')}: ${issue.message}`;
}

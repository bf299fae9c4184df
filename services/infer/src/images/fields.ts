import { z } from 'zod';
import { BadRequestException } from '@nestjs/common';
import { quoteWithNearest } from '#detection';

/** The options of a detection request. */
interface DetectFields {
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

/** A form field. Browsers send fields left empty; those count as missing. */
const text = z
  .string({ error: 'expected a single text value' })
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
    .refine((labels) => labels?.length !== 0, { error: 'expected at least one label' })
    .optional(),
});

const NAMES = Object.keys(fields.shape);

/** A parsed form. */
export interface DetectForm {
  /** The valid fields, even if others are invalid: the model still has to check them. */
  readonly fields: DetectFields;
  /** Every invalid field and what is expected, without full stops. */
  readonly errors: readonly string[];
}

/** Parses the text fields of the form. */
export function parseForm(body: unknown): DetectForm {
  // The parser returns an object without a prototype, or undefined for an empty form.
  const given: Readonly<Record<string, unknown>> = { ...(body as object | undefined) };
  const valid = Object.entries(fields.shape)
    .map(([name, field]) => [name, field.safeParse(given[name]).data] as const)
    .filter(([, value]) => value !== undefined);
  const { error } = fields.safeParse(given);
  return { fields: Object.fromEntries(valid), errors: error?.issues.map(describe) ?? [] };
}

/**
 * Parses the query parameter `annotate`.
 * @throws BadRequestException for other values and other parameters, which would be ignored
 */
export function parseAnnotate(query: Readonly<Record<string, unknown>>): boolean {
  const { annotate = '0', ...others } = query;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new BadRequestException(
      `Unknown query parameter "${unknown.slice(0, 64)}": expected annotate; send ${NAMES.join(', ')} as form fields.`,
    );
  }
  if (annotate === '1') return true;
  if (annotate === '0') return false;
  throw new BadRequestException('annotate: expected 1 or 0.');
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    if (issue.keys.includes('annotate')) return 'annotate: send it as query parameter: ?annotate=1';
    return `Unknown field ${issue.keys
      .slice(0, 5)
      .map((key) => quoteWithNearest(key, NAMES))
      .join(', ')}: expected ${NAMES.join(', ')}`;
  }
  return `${issue.path.join('.')}: ${issue.message}`;
}

import { BadRequestException } from '@nestjs/common';
import type { z } from 'zod';
import { detectFormSchema, type DetectFields } from '#contract';
import { quoteWithNearest } from '#detection';

const NAMES = Object.keys(detectFormSchema.shape);

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
  const valid = Object.entries(detectFormSchema.shape)
    .map(([name, field]) => [name, field.safeParse(given[name]).data] as const)
    .filter(([, value]) => value !== undefined);
  const { error } = detectFormSchema.safeParse(given);
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

import { z } from 'zod';
import { numberField } from './fields';

const SHOWN = 64;

/** Options of a schema whose message quotes an invalid parameter. */
const invalid = (name: string, expected: string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    typeof input === 'string' || typeof input === 'number'
      ? `Invalid ${name} "${String(input).slice(0, SHOWN)}": expected ${expected}`
      : `${name}: expected a single value`,
});

/** A query parameter with a score threshold. */
export function thresholdField(name: string) {
  const notAScore = invalid(name, 'a number from 0 to 1');
  return numberField(z.number(notAScore).min(0, notAScore).max(1, notAScore));
}

/** A query parameter with labels; `labelsIn` splits it. */
export function labelsField(name: string) {
  return z
    .string(invalid(name, 'labels, separated by commas'))
    .max(10_000, `${name}: expected at most 10000 characters`)
    .optional();
}

/** The labels of such a parameter; undefined for all. */
export function labelsIn(text: string | undefined): readonly string[] | undefined {
  return text?.split(',').map((label) => label.trim());
}

/** A query parameter with a date, or a time with its zone (ISO 8601). */
export function timeField(name: string) {
  const notATime = invalid(name, 'a date such as 2026-11-30, or a time such as 2026-11-30T08:00:00Z');
  return z.union([z.iso.date(), z.iso.datetime({ offset: true })], notATime).optional();
}

/** Options of a strict query schema whose message lists the parameters. */
export const unknownParameter = (parameters: readonly string[]) => ({
  error: (issue: { readonly code?: string; readonly keys?: readonly string[] }) =>
    issue.code === 'unrecognized_keys'
      ? `Unknown parameter "${(issue.keys?.[0] ?? '').slice(0, SHOWN)}": expected ${parameters.join(', ')}`
      : undefined,
});

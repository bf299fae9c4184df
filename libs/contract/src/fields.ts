import { z } from 'zod';

/** A number in decimal notation. `Number` would also read `0x1` and `0b1`. */
const DECIMAL = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A form field of its own type. Browsers send fields left empty; those count as missing. */
export const formField = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (isBlank(value) ? undefined : value), schema.optional());

/** A number in a form, which arrives as text. An empty field counts as missing. */
export const numberField = (schema: z.ZodNumber) => z.preprocess(toNumber, schema.optional());

/** A whole number of at most nine digits; anything else is left for the schema to reject. */
export function toWholeNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

function toNumber(value: unknown): unknown {
  if (isBlank(value)) return undefined;
  return typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : value;
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

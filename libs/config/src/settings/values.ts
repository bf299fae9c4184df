import { resolve } from 'node:path';
import { z } from 'zod';

/** A whole number given as text. */
export const integer = (min: number, max: number) => {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.coerce.number(error).int(error).min(min, error).max(max, error);
};

const NOT_A_FRACTION = 'expected a number from 0 to 1';
export const fraction = z.coerce.number(NOT_A_FRACTION).min(0, NOT_A_FRACTION).max(1, NOT_A_FRACTION);

/** A file system path, made absolute. */
export const path = z
  .string()
  .min(1)
  .transform((value) => resolve(value));

export const httpUrl = z.url({ protocol: /^https?$/ });

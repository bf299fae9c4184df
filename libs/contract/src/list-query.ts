import { z } from 'zod';
import { toWholeNumber } from './fields';
import { STATUSES } from './lifecycle';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const MAX_SEARCH = 200;
const PARAMETERS = ['status', 'search', 'limit', 'cursor'];

const single = (name: string) => `${name}: expected a single value`;

/** A job status. */
export const statusSchema = z.enum(STATUSES, {
  error: ({ input }) =>
    typeof input === 'string'
      ? `Invalid status "${input.slice(0, 64)}": expected one of ${STATUSES.join(', ')}`
      : single('status'),
});

const INVALID_SEARCH = `search: expected up to ${MAX_SEARCH} characters of a file name`;

/** Part of a file name. Rejects NUL, which MongoDB cannot search for. */
export const searchSchema = z
  .string(single('search'))
  .max(MAX_SEARCH, INVALID_SEARCH)
  .refine((text) => !text.includes('\0'), INVALID_SEARCH);

const notALimit = {
  error: ({ input }: { readonly input?: unknown }) =>
    typeof input === 'string' || typeof input === 'number'
      ? `Invalid limit "${String(input).slice(0, 64)}": expected a whole number from 1 to ${MAX_LIMIT}`
      : single('limit'),
};

/**
 * The query parameters for listing jobs. Rejects unknown parameters: a misspelled filter would otherwise return all jobs. Each
 * message names its parameter and ends without a full stop.
 */
export const listQuerySchema = z.strictObject(
  {
    status: statusSchema.optional().describe('jobs with this status'),
    search: searchSchema.optional().describe('part of the file name; case-insensitive'),
    limit: z
      .preprocess(
        toWholeNumber,
        z.int(notALimit).min(1, notALimit).max(MAX_LIMIT, notALimit).default(DEFAULT_LIMIT),
      )
      .describe('maximum number of jobs'),
    cursor: z
      .string(single('cursor'))
      .optional()
      .meta({ minLength: 1, description: 'nextCursor of the previous page' }),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `Unknown parameter "${(issue.keys[0] ?? '').slice(0, 64)}": expected ${PARAMETERS.join(', ')}`
        : undefined,
  },
);

export type ListQuery = z.output<typeof listQuerySchema>;

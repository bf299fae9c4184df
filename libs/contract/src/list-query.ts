import { z } from 'zod';
import { toWholeNumber } from './fields';
import { STATUSES } from './lifecycle';
import { STATES } from './states';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const MAX_SEARCH = 200;

const single = (name: string) => `${name}: expected a single value`;

/** A job status. */
export const statusSchema = z.enum(STATUSES, {
  error: ({ input }) =>
    typeof input === 'string'
      ? `Invalid status "${input.slice(0, 64)}": expected one of ${STATUSES.join(', ')}`
      : single('status'),
});

/** What a list of jobs is filtered by: a state such as `done`, or a status. */
const choiceSchema = z.enum([...STATES, ...STATUSES], {
  error: ({ input }) =>
    typeof input === 'string'
      ? `Invalid status "${input.slice(0, 64)}": expected one of ${STATES.join(', ')}, or a STATUS such as ${STATUSES[0]}`
      : single('status'),
});

/** Orders of a list of jobs. `longest` omits jobs of unknown length, `detections` those that are not done. */
export const SORTS = ['newest', 'oldest', 'longest', 'detections'] as const;
export type Sort = (typeof SORTS)[number];

const sortSchema = z.enum(SORTS, {
  error: ({ input }) =>
    typeof input === 'string'
      ? `Invalid sort "${input.slice(0, 64)}": expected one of ${SORTS.join(', ')}`
      : single('sort'),
});

const INVALID_SEARCH = `search: expected up to ${MAX_SEARCH} characters of a file name`;

/** Part of a file name. Rejects NUL, which MongoDB cannot search for. */
const searchSchema = z
  .string(single('search'))
  .max(MAX_SEARCH, INVALID_SEARCH)
  .refine((text) => !text.includes('\0'), INVALID_SEARCH);

/** The exact name of a class or model. */
const nameSchema = (parameter: string) => {
  const invalid = `${parameter}: expected up to ${MAX_SEARCH} characters`;
  return z.string(single(parameter)).min(1, invalid).max(MAX_SEARCH, invalid);
};

/** Which jobs a list has, and their order: the same parameters in the pages, the API and the client. */
export const jobFilters = {
  status: choiceSchema.describe('jobs in this state, such as done, or with this status'),
  search: searchSchema.describe('part of the file name; case-insensitive'),
  class: nameSchema('class').describe('finished jobs with detections of this class'),
  model: nameSchema('model').describe('jobs with this model'),
  sort: sortSchema.describe(
    'newest by default; longest: by length of the video; detections: finished jobs with the most first',
  ),
};

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
    status: jobFilters.status.optional(),
    search: jobFilters.search.optional(),
    class: jobFilters.class.optional(),
    model: jobFilters.model.optional(),
    sort: jobFilters.sort.optional(),
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
        ? `Unknown parameter "${(issue.keys[0] ?? '').slice(0, 64)}": expected ${[...Object.keys(jobFilters), 'limit', 'cursor'].join(', ')}`
        : undefined,
  },
);

export type ListQuery = z.output<typeof listQuerySchema>;

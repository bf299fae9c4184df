import { z } from 'zod';
import { ROWS_PER_PAGE, STATUSES, searchSchema } from '#contract';
import type { JobQuery } from '#jobs';
import { STATES, statusesIn, type State } from './job.words';

/** The query of the results page, as in its address. */
export const resultsQuerySchema = z.object({
  status: z
    .enum(['', ...STATES, ...STATUSES], `status: expected one of ${STATES.join(', ')}, or a STATUS`)
    .default(''),
  search: searchSchema.default('').transform((text) => text.trim()),
  cursor: z.string('cursor: expected a single value, from the link to the next page').optional(),
});

export type ResultsQuery = z.output<typeof resultsQuerySchema>;

export function toJobQuery({ status, search, cursor }: ResultsQuery): JobQuery {
  return {
    limit: ROWS_PER_PAGE,
    ...(status !== '' && { statuses: isState(status) ? statusesIn(status) : [status] }),
    ...(search !== '' && { search }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** The address of a results page; omits empty parameters. */
export function addressOf(path: string, { status, search, cursor }: Partial<ResultsQuery>): string {
  const present = Object.entries({ status, search, cursor }).filter(([, value]) => value);
  const query = new URLSearchParams(present as [string, string][]).toString();
  return query === '' ? path : `${path}?${query}`;
}

function isState(text: string): text is State {
  return (STATES as readonly string[]).includes(text);
}

import { z } from 'zod';
import { ROWS_PER_PAGE, formField, jobFilters } from '#contract';
import type { JobQuery } from '#jobs';
import { toJobQuery as toListQuery } from '../jobs/list.query';

/** The query of the results page, as in its address; a form sends fields left empty, too. */
export const resultsQuerySchema = z.object({
  status: formField(jobFilters.status),
  search: formField(jobFilters.search.transform((text) => text.trim())),
  class: formField(jobFilters.class.transform((text) => text.trim())),
  model: formField(jobFilters.model),
  sort: formField(jobFilters.sort),
  cursor: formField(z.string('cursor: expected a single value, from the link to the next page')),
  refresh: formField(z.literal('off', 'refresh: expected off')),
});

export type ResultsQuery = z.output<typeof resultsQuerySchema>;

export function toJobQuery(query: ResultsQuery): JobQuery {
  return toListQuery({ ...query, limit: ROWS_PER_PAGE });
}

/** Whether the query shows only some of the jobs. */
export function isFiltered({ status, search, model, ...query }: ResultsQuery): boolean {
  return [status, search, model, query.class].some((value) => value !== undefined);
}

/** The address of a results page; omits empty parameters. */
export function addressOf(path: string, query: Partial<ResultsQuery>): string {
  const present = Object.entries(query).filter(([, value]) => value);
  const parameters = new URLSearchParams(present as [string, string][]).toString();
  return parameters === '' ? path : `${path}?${parameters}`;
}

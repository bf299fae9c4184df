import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { ROWS_PER_PAGE } from '#contract';
import { isStatus, type JobQuery, type Status } from '#jobs';
import { readSearch } from '../jobs/list.query';
import { STATES, statusesIn, type State } from './job.words';

/** The query of the results page, as in its address. */
export interface ResultsQuery {
  readonly status: State | Status | '';
  readonly search: string;
  readonly cursor: string | undefined;
}

/** @throws BadRequestException naming the invalid parameter */
export function readResultsQuery(query: Readonly<Record<string, unknown>>): ResultsQuery {
  const { status = '', search = '', cursor } = query;
  if (typeof status !== 'string' || !(status === '' || isState(status) || isStatus(status))) {
    throw new BadRequestException(`status: expected one of ${STATES.join(', ')}, or a STATUS.`);
  }
  if (cursor !== undefined && typeof cursor !== 'string') {
    throw new BadRequestException('cursor: expected a single value, from the link to the next page.');
  }
  return { status, search: readSearch(search).trim(), cursor };
}

/** Parses the query of the results page. */
export class ResultsQueryPipe implements PipeTransform<Record<string, unknown>, ResultsQuery> {
  transform(query: Record<string, unknown>): ResultsQuery {
    return readResultsQuery(query);
  }
}

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

import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { ROWS_PER_PAGE } from '#contract';
import { isStatus, type JobQuery, type Status } from '#jobs';
import { readSearch } from '../jobs/list.query';
import { STATES, statusesIn, type State } from './job.words';

/** What is asked of the table, as it stands in its address. */
export interface ResultsQuery {
  readonly status: State | Status | '';
  readonly search: string;
  readonly cursor: string | undefined;
}

/** @throws BadRequestException naming what is wrong */
export function readResultsQuery(query: Readonly<Record<string, unknown>>): ResultsQuery {
  const { status = '', search = '', cursor } = query;
  if (typeof status !== 'string' || !(status === '' || isState(status) || isStatus(status))) {
    throw new BadRequestException(`status: expected one of ${STATES.join(', ')}, or a STATUS.`);
  }
  if (cursor !== undefined && typeof cursor !== 'string') {
    throw new BadRequestException('cursor: expected one, from the link to the next page.');
  }
  return { status, search: readSearch(search).trim(), cursor };
}

/** Turns the parameters of an address into what is asked of the table. */
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

/** The address of a page of the table, with what is not asked left out. */
export function addressOf(path: string, { status, search, cursor }: Partial<ResultsQuery>): string {
  const wanted = Object.entries({ status, search, cursor }).filter(([, value]) => value);
  const query = new URLSearchParams(wanted as [string, string][]).toString();
  return query === '' ? path : `${path}?${query}`;
}

function isState(text: string): text is State {
  return (STATES as readonly string[]).includes(text);
}

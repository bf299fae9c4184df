import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { STATUSES, isStatus, type JobQuery } from '#jobs';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 500;
export const MAX_SEARCH = 200;

const PARAMETERS = ['status', 'search', 'limit', 'cursor'];

/**
 * Parses the query of a list of jobs. Rejects unknown parameters: a misspelled filter would otherwise return all jobs.
 * @throws BadRequestException naming the invalid parameter
 */
export function readListQuery(query: Readonly<Record<string, unknown>>): JobQuery {
  for (const [name, value] of Object.entries(query)) {
    if (!PARAMETERS.includes(name)) {
      throw new BadRequestException(
        `Unknown parameter "${name.slice(0, 64)}": expected ${PARAMETERS.join(', ')}.`,
      );
    }
    if (typeof value !== 'string') throw new BadRequestException(`${name}: expected a single value.`);
  }
  const { status, search, limit, cursor } = query as Partial<Record<string, string>>;
  if (status !== undefined && !isStatus(status)) {
    throw new BadRequestException(
      `Invalid status "${status.slice(0, 64)}": expected one of ${STATUSES.join(', ')}.`,
    );
  }
  return {
    limit: readLimit(limit),
    ...(status !== undefined && { statuses: [status] }),
    ...(search !== undefined && { search: readSearch(search) }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** Parses the query parameters of a list of jobs. */
export class ListQueryPipe implements PipeTransform<Record<string, unknown>, JobQuery> {
  transform(query: Record<string, unknown>): JobQuery {
    return readListQuery(query);
  }
}

/** Part of a file name. Rejects NUL, which MongoDB cannot search for. @throws BadRequestException */
export function readSearch(search: unknown): string {
  if (typeof search === 'string' && search.length <= MAX_SEARCH && !search.includes('\0')) return search;
  throw new BadRequestException(`search: expected up to ${MAX_SEARCH} characters of a file name.`);
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new BadRequestException(
    `limit is "${text.slice(0, 64)}": expected a whole number from 1 to ${MAX_LIMIT}.`,
  );
}

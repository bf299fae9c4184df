import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { STATUSES, isStatus, type JobQuery } from '#jobs';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 500;
export const MAX_SEARCH = 200;

const PARAMETERS = ['status', 'search', 'limit', 'cursor'];

/**
 * What the address of a list of jobs asks for. A parameter that is not known is refused: who misspells one would take
 * all jobs for those that were asked for.
 * @throws BadRequestException naming what is wrong
 */
export function readListQuery(asked: Readonly<Record<string, unknown>>): JobQuery {
  for (const [name, value] of Object.entries(asked)) {
    if (!PARAMETERS.includes(name)) {
      throw new BadRequestException(
        `There is no parameter "${name.slice(0, 64)}": expected ${PARAMETERS.join(', ')}.`,
      );
    }
    if (typeof value !== 'string') throw new BadRequestException(`${name}: expected once.`);
  }
  const { status, search, limit, cursor } = asked as Partial<Record<string, string>>;
  if (status !== undefined && !isStatus(status)) {
    throw new BadRequestException(
      `"${status.slice(0, 64)}" is no status: expected one of ${STATUSES.join(', ')}.`,
    );
  }
  return {
    limit: readLimit(limit),
    ...(status !== undefined && { statuses: [status] }),
    ...(search !== undefined && { search: readSearch(search) }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** Turns the parameters of an address into a query. */
export class ListQueryPipe implements PipeTransform<Record<string, unknown>, JobQuery> {
  transform(asked: Record<string, unknown>): JobQuery {
    return readListQuery(asked);
  }
}

/** Part of a file's name. No name has a NUL, and MongoDB looks for none. @throws BadRequestException */
export function readSearch(search: unknown): string {
  if (typeof search === 'string' && search.length <= MAX_SEARCH && !search.includes('\0')) return search;
  throw new BadRequestException(`search: expected up to ${MAX_SEARCH} characters of a file's name.`);
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new BadRequestException(
    `limit is "${text.slice(0, 64)}": expected a whole number from 1 to ${MAX_LIMIT}.`,
  );
}

import { Types, type QueryFilter } from 'mongoose';
import { NOT_DELETED } from './deletion';
import { InvalidCursorError } from './errors';
import type { Job } from './job.schema';
import type { Status } from './lifecycle';

/** Selects the jobs of a page. */
export interface JobQuery {
  /** All statuses if empty. */
  readonly statuses?: readonly Status[];
  /** Part of the file name, case-insensitive. */
  readonly search?: string;
  readonly limit: number;
  /** `nextCursor` of the previous page. */
  readonly cursor?: string;
}

export interface JobPage {
  readonly jobs: Job[];
  /** `cursor` for the next page; null on the last page. */
  readonly nextCursor: string | null;
}

const REGEX_SPECIAL = /[\\^$.*+?()[\]{}|]/g;

/** The MongoDB filter for a query. @throws InvalidCursorError */
export function filterOf({ statuses = [], search = '', cursor }: JobQuery): QueryFilter<Job> {
  if (cursor !== undefined && !Types.ObjectId.isValid(cursor)) throw new InvalidCursorError(cursor);
  const name = { $regex: search.replace(REGEX_SPECIAL, '\\$&'), $options: 'i' };
  return {
    ...(statuses.length > 0 ? { STATUS: { $in: statuses } } : NOT_DELETED),
    ...(search !== '' && { FILENAME: name }),
    ...(cursor !== undefined && { _id: { $lt: new Types.ObjectId(cursor) } }),
  };
}

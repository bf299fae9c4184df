import { Types, type QueryFilter } from 'mongoose';
import { NOT_DELETED } from './deletion';
import { InvalidCursorError } from './errors';
import type { Job } from './job.schema';
import type { Status } from './lifecycle';

/** Which jobs a page has. */
export interface JobQuery {
  /** One of these; all when there are none. */
  readonly statuses?: readonly Status[];
  /** Part of the file's name, in capitals or not. */
  readonly search?: string;
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface JobPage {
  readonly jobs: Job[];
  /** Pass it as `cursor` to get the next page; null on the last one. */
  readonly nextCursor: string | null;
}

const MEANS_SOMETHING = /[\\^$.*+?()[\]{}|]/g;

/** The records that a query is about. @throws InvalidCursorError */
export function filterOf({ statuses = [], search = '', cursor }: JobQuery): QueryFilter<Job> {
  if (cursor !== undefined && !Types.ObjectId.isValid(cursor)) throw new InvalidCursorError(cursor);
  const name = { $regex: search.replace(MEANS_SOMETHING, '\\$&'), $options: 'i' };
  return {
    ...(statuses.length > 0 ? { STATUS: { $in: statuses } } : NOT_DELETED),
    ...(search !== '' && { FILENAME: name }),
    ...(cursor !== undefined && { _id: { $lt: new Types.ObjectId(cursor) } }),
  };
}

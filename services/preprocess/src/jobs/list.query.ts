import type { ListQuery } from '#contract';
import type { JobQuery } from '#jobs';

/** The query of the repository for a list of jobs. */
export function toJobQuery({ status, search, limit, cursor }: ListQuery): JobQuery {
  return {
    limit,
    ...(status !== undefined && { statuses: [status] }),
    ...(search !== undefined && { search }),
    ...(cursor !== undefined && { cursor }),
  };
}

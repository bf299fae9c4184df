import { statusesIn, type ListQuery } from '#contract';
import type { JobQuery } from '#jobs';

/** The query of the repository for a list of jobs. */
export function toJobQuery({ status, search, model, sort, limit, cursor, ...query }: ListQuery): JobQuery {
  const { class: label } = query;
  return {
    limit,
    ...(status !== undefined && { statuses: statusesIn(status) }),
    ...(search !== undefined && { search }),
    ...(label !== undefined && { label }),
    ...(model !== undefined && { model }),
    ...(sort !== undefined && { sort }),
    ...(cursor !== undefined && { cursor }),
  };
}

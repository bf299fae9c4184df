import { TIMELINE, timesAfter, type Status } from './lifecycle';
import type { Update } from './pipeline';

/**
 * The update for a timeline report: sets the fields of the status to the database time.
 * @param byHolder whether the worker that holds the job reports; then later times are outdated and are removed
 * @returns undefined for a status without time fields
 */
export function stampUpdate(status: Status, byHolder: boolean): Update | undefined {
  const fields = TIMELINE[status];
  const last = fields.at(-1);
  if (last === undefined) return undefined;
  const stamp = { $set: Object.fromEntries(fields.map((field) => [field, '$$NOW'])) };
  if (last === 'PROCESS_END') {
    return [stamp, { $set: { TOTAL: { $subtract: ['$PROCESS_END', '$PROCESS_START'] } } }];
  }
  return byHolder ? [stamp, { $unset: [...timesAfter(last), 'TOTAL'] }] : [stamp];
}

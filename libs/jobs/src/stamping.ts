import { TIMELINE, timesAfter, type Status } from './lifecycle';
import type { Update } from './pipeline';

/**
 * What a report to the timeline makes of a record: this moment in the fields that belong to the status.
 * @param byHolder the one who holds the job knows that later times are untrue now
 * @returns undefined for a status that stamps nothing
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

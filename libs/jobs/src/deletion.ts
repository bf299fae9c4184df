import { literal, type Update } from './pipeline';
import type { Status } from './lifecycle';

/**
 * The status of a job that was deleted and whose files may still be on the volume. It is not one of STATUSES: no
 * reader finds such a record, no worker claims it, and it goes for good once its files are out of sight.
 */
export const DELETING = 'DELETING' as Status;

/** Filter for records that readers may find. */
export const NOT_DELETED = { STATUS: { $ne: DELETING } } as const;

/**
 * Deletes a job for everybody but housekeeping, in one step: a worker finds its lease lost, a callback in flight finds
 * its claim lost, and the Idempotency-Key is free again.
 */
export function deleteUpdate(): Update {
  return [
    { $set: { STATUS: literal(DELETING) } },
    { $unset: ['lease', 'availableAt', 'progress', 'callback', 'submission'] },
  ];
}

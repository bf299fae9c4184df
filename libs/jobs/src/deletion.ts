import { literal, type Update } from './pipeline';
import type { Status } from './lifecycle';

/**
 * The status of a deleted job whose files may still be on the volume. It is not in STATUSES, so no reader finds the
 * record and no worker claims it. The record is removed once the files are gone from the volume.
 */
export const DELETING = 'DELETING' as Status;

/** Filter for records that are visible to readers. */
export const NOT_DELETED = { STATUS: { $ne: DELETING } } as const;

/**
 * Hides a job from all but housekeeping, in one step: its worker loses the lease, a callback in flight loses its claim,
 * and the Idempotency-Key can be used again.
 */
export function deleteUpdate(): Update {
  return [
    { $set: { STATUS: literal(DELETING) } },
    { $unset: ['lease', 'availableAt', 'progress', 'callback', 'submission'] },
  ];
}

import type { StageRule } from './lifecycle';
import { failureAt, inMs, literal, numberIn, type Update } from './pipeline';

export interface ClaimOptions {
  readonly owner: string;
  readonly token: string;
  readonly leaseMs: number;
  readonly maxAttempts: number;
  /** Milliseconds after which a claimable job goes before shorter ones; 0 claims oldest first. */
  readonly fairAgeMs: number;
}

/**
 * The update of a claim: holds the record under a new lease and counts the attempt. If no attempt is left, or the
 * record is malformed, ends it in an error state instead.
 */
export function claimUpdate(stage: StageRule, options: ClaimOptions): Update {
  const { owner, token, leaseMs, maxAttempts } = options;
  const attempts = numberIn('attempts');
  const malformed = { $ne: [{ $type: '$FILENAME' }, 'string'] };
  const usedUp = { $gte: [attempts, maxAttempts] };
  const rejected = { $or: [malformed, usedUp] };
  const claimedOr = (claimed: unknown, otherwise: unknown) => ({ $cond: [rejected, otherwise, claimed] });
  return [
    {
      $set: {
        STATUS: { $cond: [malformed, stage.malformed, { $cond: [usedUp, stage.failed, stage.running] }] },
        attempts: claimedOr({ $add: [attempts, 1] }, attempts),
        claims: claimedOr({ $add: [numberIn('claims'), 1] }, numberIn('claims')),
        availableAt: claimedOr(inMs(leaseMs), '$$REMOVE'),
        lease: claimedOr(literal({ owner, token }), '$$REMOVE'),
        progress: claimedOr(literal({ done: 0, total: null }), '$$REMOVE'),
        error: claimedOr('$error', {
          $cond: [malformed, failureAt(stage.name, MALFORMED), exhausted(stage, maxAttempts)],
        }),
      },
    },
  ];
}

const MALFORMED = {
  code: 'MALFORMED_RECORD',
  message: 'The record has no FILENAME, so there is nothing to process. Upload the video again.',
} as const;

/**
 * The error of a record that is claimed with no attempt left. If it is still held, the last worker died without giving a
 * reason; else the limit was lowered, and the record keeps the error of the last attempt.
 */
function exhausted(stage: StageRule, maxAttempts: number) {
  const killed = `The worker of the last of ${countAttempts(maxAttempts)} stopped without giving a reason: it was killed or ran out of memory.`;
  const before = { $concat: [' Before that: ', '$error.message'] }; // null without an earlier error
  return {
    $cond: [
      { $eq: ['$STATUS', stage.running] },
      {
        $mergeObjects: [
          failureAt(stage.name, { code: 'WORKER_KILLED', message: killed }),
          { message: { $concat: [literal(killed), { $ifNull: [before, ''] }] } },
        ],
      },
      {
        $ifNull: [
          '$error',
          failureAt(stage.name, {
            code: 'ATTEMPTS_EXHAUSTED',
            message: `Gave up after ${countAttempts(maxAttempts)}.`,
          }),
        ],
      },
    ],
  };
}

/** For example `3 attempts`. */
export function countAttempts(attempts: number): string {
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`;
}

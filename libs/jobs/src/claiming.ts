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
 * What a claim makes of the record it finds: held under a new lease, with the attempt counted; or, where no attempt
 * is left or nobody could work on it, ended in an error state.
 */
export function claimUpdate(stage: StageRule, options: ClaimOptions): Update {
  const { owner, token, leaseMs, maxAttempts } = options;
  const attempts = numberIn('attempts');
  const malformed = { $ne: [{ $type: '$FILENAME' }, 'string'] };
  const usedUp = { $gte: [attempts, maxAttempts] };
  const refused = { $or: [malformed, usedUp] };
  const takenOr = (taken: unknown, otherwise: unknown) => ({ $cond: [refused, otherwise, taken] });
  return [
    {
      $set: {
        STATUS: { $cond: [malformed, stage.malformed, { $cond: [usedUp, stage.failed, stage.running] }] },
        attempts: takenOr({ $add: [attempts, 1] }, attempts),
        claims: takenOr({ $add: [numberIn('claims'), 1] }, numberIn('claims')),
        availableAt: takenOr(inMs(leaseMs), '$$REMOVE'),
        lease: takenOr(literal({ owner, token }), '$$REMOVE'),
        progress: takenOr(literal({ done: 0, total: null }), '$$REMOVE'),
        error: takenOr('$error', {
          $cond: [malformed, failureAt(stage.name, MALFORMED), exhausted(stage, maxAttempts)],
        }),
      },
    },
  ];
}

const MALFORMED = {
  code: 'MALFORMED_RECORD',
  message: 'The record has no FILENAME, so there is nothing to work on. Upload the video again.',
} as const;

/**
 * The error of a record whose attempts are used up when somebody claims it. If it was still held, the last worker died
 * without a word; else its error is that of the last attempt (the limit was higher then).
 */
function exhausted(stage: StageRule, maxAttempts: number) {
  const killed = `The worker of the last of ${countAttempts(maxAttempts)} stopped without giving a reason: it was killed, or ran out of memory.`;
  const before = { $concat: [' Before that: ', '$error.message'] }; // null where there is none
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

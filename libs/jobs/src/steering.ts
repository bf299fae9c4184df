import type { ErrorCode } from '#errors';
import { CANCELLED_STATUS, STAGES, STAGE_NAMES, timesFrom, type StageName } from './lifecycle';
import { literal, type Update } from './pipeline';

/** What a person's wish to stop makes of a record. The stage it was in is kept: that is where it starts again. */
export function cancelUpdate(): Update {
  const stage = {
    $switch: {
      branches: STAGE_NAMES.map((name) => ({
        case: { $in: ['$STATUS', [STAGES[name].waiting, STAGES[name].running]] },
        then: name,
      })),
      default: STAGE_NAMES[0],
    },
  };
  const message = { $concat: ['Cancelled by hand; it was ', '$STATUS', '.'] };
  return [
    {
      $set: {
        error: { code: literal('CANCELLED' satisfies ErrorCode), message, stage, at: '$$NOW' },
        STATUS: CANCELLED_STATUS,
      },
    },
    { $unset: ['lease', 'progress', 'availableAt'] },
  ];
}

/** The callback of a record that waits for the end of its job, as an expression. @param url expression or literal */
export function armedCallback(url: unknown, id: string) {
  return { url, id: literal(id), attempts: literal(0), availableAt: '$$NOW' };
}

/**
 * What a person's wish to try again makes of a record: it waits for `stage` as if it had never been there.
 * @param callbackId names its next end
 */
export function restartUpdate(stage: StageName, callbackId: string): Update {
  const wanted = { $eq: [{ $type: '$callback' }, 'object'] };
  return [
    {
      $set: {
        STATUS: STAGES[stage].waiting,
        availableAt: '$$NOW',
        attempts: literal(0),
        callback: { $cond: [wanted, armedCallback('$callback.url', callbackId), '$$REMOVE'] },
      },
    },
    { $unset: ['error', 'lease', 'progress', 'bytes', 'TOTAL', ...timesFrom(stage)] },
  ];
}

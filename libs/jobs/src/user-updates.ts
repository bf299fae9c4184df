import type { ErrorCode } from '#errors';
import { CANCELLED_STATUS, STAGES, STAGE_NAMES, timesFrom, type StageName } from './lifecycle';
import { literal, type Update } from './pipeline';

/** Cancels a job. Keeps its stage, where a retry starts. */
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
  const message = { $concat: ['Cancelled by a user in status ', '$STATUS', '.'] };
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

/** The callback of a job that has not ended, as an expression. @param url expression or literal */
export function pendingCallback(url: unknown, id: string) {
  return { url, id: literal(id), attempts: literal(0), availableAt: '$$NOW' };
}

/** What detection chooses again when it is restarted. */
function chosenFrom(stage: StageName): readonly string[] {
  return stage === 'postprocess' ? [] : ['precision'];
}

/**
 * Retries a job: it waits for `stage` as if it had never run that stage.
 * @param callbackId id for the callback of the next completion
 */
export function restartUpdate(stage: StageName, callbackId: string): Update {
  const hasCallback = { $eq: [{ $type: '$callback' }, 'object'] };
  return [
    {
      $set: {
        STATUS: STAGES[stage].waiting,
        availableAt: '$$NOW',
        attempts: literal(0),
        callback: { $cond: [hasCallback, pendingCallback('$callback.url', callbackId), '$$REMOVE'] },
      },
    },
    {
      $unset: [
        'error',
        'lease',
        'progress',
        'bytes',
        'detections',
        'TOTAL',
        ...chosenFrom(stage),
        ...timesFrom(stage),
      ],
    },
  ];
}

import { BoxreelError } from '#errors';
import type { Status } from './lifecycle';

export class JobNotFoundError extends BoxreelError {
  constructor(id: string) {
    super('JOB_NOT_FOUND', `There is no job ${id}.`);
  }
}

export class InvalidJobIdError extends BoxreelError {
  constructor(id: string) {
    super('INVALID_JOB_ID', `Invalid job id "${id.slice(0, 64)}": expected 24 hexadecimal digits.`);
  }
}

export class InvalidCursorError extends BoxreelError {
  constructor(cursor: string) {
    super(
      'INVALID_CURSOR',
      `Invalid cursor "${cursor.slice(0, 64)}": expected the nextCursor of the previous page, unchanged.`,
    );
  }
}

/** The token is out of date: another worker holds the job, or it was cancelled or deleted. Its results are void. */
export class LeaseLostError extends BoxreelError {
  constructor(id: string) {
    super(
      'LEASE_LOST',
      `The lease on job ${id} is lost: another worker holds it, or the job was cancelled or deleted.`,
    );
  }
}

const ALLOWED_FOR = {
  cancelled: 'is waiting or being processed',
  retried: 'failed or was cancelled',
  'run again': 'has ended',
} as const;

/** The job's status does not allow the request. */
export class WrongStatusError extends BoxreelError {
  constructor(id: string, status: Status, action: keyof typeof ALLOWED_FOR) {
    const which = ALLOWED_FOR[action];
    super('WRONG_STATUS', `Job ${id} is ${status}: only a job that ${which} can be ${action}.`);
  }
}

/** The Idempotency-Key was used before for a different request. */
export class KeyReusedError extends BoxreelError {
  constructor(id: string) {
    super(
      'IDEMPOTENCY_KEY_REUSED',
      `This Idempotency-Key was used for job ${id} with another file or other fields: use a new key for a new job.`,
    );
  }
}

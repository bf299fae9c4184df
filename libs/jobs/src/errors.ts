import type { Status } from './lifecycle';

/** A fact about a job that its caller has to deal with; `code` is stable, the message is for people. */
export abstract class JobError extends Error {
  abstract readonly code: string;
}

export class JobNotFound extends JobError {
  readonly code = 'JOB_NOT_FOUND';
  constructor(id: string) {
    super(`There is no job ${id}.`);
  }
}

export class InvalidJobId extends JobError {
  readonly code = 'INVALID_JOB_ID';
  constructor(id: string) {
    super(`"${id.slice(0, 64)}" is no job id: expected 24 hexadecimal digits.`);
  }
}

export class InvalidCursor extends JobError {
  readonly code = 'INVALID_CURSOR';
  constructor(cursor: string) {
    super(`"${cursor.slice(0, 64)}" is no cursor: pass the nextCursor of the previous page, unchanged.`);
  }
}

/** The record is no longer held by this token: another worker has it, or it was cancelled or deleted. Whatever was made is void. */
export class LeaseLost extends JobError {
  readonly code = 'LEASE_LOST';
  constructor(id: string) {
    super(`The lease on job ${id} is lost: another worker holds it, or the job was cancelled or deleted.`);
  }
}

/** The job is in a status that does not allow what was asked for. */
export class WrongStatus extends JobError {
  readonly code = 'WRONG_STATUS';
  constructor(id: string, status: Status, can: 'cancelled' | 'started again') {
    const which = can === 'cancelled' ? 'is still to be worked on' : 'failed or was cancelled';
    super(`Job ${id} is ${status}: only a job that ${which} can be ${can}.`);
  }
}

/** The Idempotency-Key was used before, for something else. */
export class KeyReused extends JobError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  constructor(id: string) {
    super(
      `This Idempotency-Key was used for job ${id} with another file or other fields: use a new key for a new job.`,
    );
  }
}

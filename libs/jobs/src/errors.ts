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

/** The record is no longer held by this token: another worker has it, or it was deleted. Whatever was made is void. */
export class LeaseLost extends JobError {
  readonly code = 'LEASE_LOST';
  constructor(id: string) {
    super(`The lease on job ${id} is lost: another worker holds it, or the job was deleted.`);
  }
}

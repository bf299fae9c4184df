import { factsOf, type ErrorCode, type Fault } from './codes';

export interface BoxreelErrorOptions extends ErrorOptions {
  /** Overrides the fault in the table of codes, for errors whose fault depends on where they happen. */
  readonly fault?: Fault;
  /** Seconds after which to retry. */
  readonly retryAfterS?: number;
}

/** The root of all errors with a known reason: `code` is for programs and stable, the message is for people. */
export abstract class BoxreelError extends Error {
  readonly fault: Fault;
  /** Seconds after which to retry, if known. */
  readonly retryAfterS: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: BoxreelErrorOptions = {},
  ) {
    super(message, options);
    this.name = new.target.name;
    this.fault = options.fault ?? factsOf(code).fault;
    this.retryAfterS = options.retryAfterS;
  }
}

/** Whether the request or the file is at fault, so that retrying would fail the same way. */
export function isInputFault(error: unknown): error is BoxreelError {
  return error instanceof BoxreelError && error.fault === 'input';
}

/** Whether a job that fails with this error gets no further attempt. */
export function endsJob(error: unknown): error is BoxreelError {
  return isInputFault(error) || (error instanceof BoxreelError && factsOf(error.code).endsJob === true);
}

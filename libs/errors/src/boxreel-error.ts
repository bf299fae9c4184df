import { factsOf, type ErrorCode, type Fault } from './codes';

export interface BoxreelErrorOptions extends ErrorOptions {
  /** For the rare error whose fault depends on where it happens; otherwise the table of codes decides. */
  readonly fault?: Fault;
  /** Seconds after which another try makes sense. */
  readonly retryAfterS?: number;
}

/** The root of all errors with a known reason: `code` is for programs and stable, the message is for people. */
export abstract class BoxreelError extends Error {
  readonly fault: Fault;
  /** Seconds after which another try makes sense, if known. */
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

/** Whether the request or the file is at fault, so that another try would fail the same way. */
export function isInputFault(error: unknown): error is BoxreelError {
  return error instanceof BoxreelError && error.fault === 'input';
}

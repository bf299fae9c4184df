/**
 * A failure that trying again cannot mend, because the input deserves it: ends the job in the stage's error state.
 * Any error may say so of itself by `inputFault: true`, whichever lib it comes from; everything else that a handler
 * throws is tried again until the attempts are used up.
 */
export interface InputFault extends Error {
  readonly inputFault: true;
  /** Stable, for programs. */
  readonly code: string;
  /** What is wrong, where, and what would be right; shown to the user. */
  readonly message: string;
}

export function isInputFault(error: unknown): error is InputFault {
  return error instanceof Error && 'inputFault' in error && error.inputFault === true;
}

/** A failure whose reason is fit for the user. Unless it is `final` it may go away: tried again, told if it does not. */
export class ExplainedFailure extends Error {
  readonly inputFault: boolean;

  constructor(
    readonly code: string,
    message: string,
    { final = false, cause }: { final?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.inputFault = final;
  }
}

/** The process is told to stop; the job goes back to the queue without spending the attempt. */
export class Stopping extends Error {
  constructor() {
    super('The service is stopping.');
  }
}
